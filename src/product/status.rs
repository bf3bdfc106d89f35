//! The status messages of software distribution.
//!
//! Numbers and meanings: *SMS 2.0 Resource Guide*, status messages (MSDN
//! April 2000, `smc_26007`), and the articles named beside each. Where a number
//! is recollected rather than read, the line says so. Messages that are known
//! by their event class alone, without a number, are not here.

use super::ClientKind;

/// Advertisement received from the site, platform supported.
pub const RECEIVED: u16 = 10002;
/// Error while preparing to run: file, path, or the account to run under
/// (Q263279, Q307434). Carries the system's error code.
pub const PREPARATION_FAILED: u16 = 10003;
/// The program could not be executed (Q273754).
pub const NOT_EXECUTED: u16 = 10004;
/// Program started.
pub const STARTED: u16 = 10005;
/// Failed, by its exit code (Q283130).
pub const FAILED_EXIT_CODE: u16 = 10006;
/// Failed, by its status MIF (Q283130).
pub const FAILED_MIF: u16 = 10007;
/// Success, by its exit code (Q263700).
pub const SUCCESS: u16 = 10008;
/// Success, by its status MIF (KB 916797).
pub const SUCCESS_MIF: u16 = 10009;
/// Uninstallation of what is no longer advertised started (Q316021, as all of
/// its kind).
pub const UNINSTALL_STARTED: u16 = 10012;
/// It failed, by its exit code.
pub const UNINSTALL_FAILED_EXIT_CODE: u16 = 10013;
/// It failed, by its status MIF.
pub const UNINSTALL_FAILED_MIF: u16 = 10014;
/// It succeeded, by its exit code.
pub const UNINSTALL_SUCCESS: u16 = 10015;
/// It succeeded, by its status MIF.
pub const UNINSTALL_SUCCESS_MIF: u16 = 10016;
/// Rejected: platform not supported (Q321580).
pub const REJECTED_PLATFORM: u16 = 10018;
/// Rejected: expired.
pub const REJECTED_EXPIRED: u16 = 10019;
/// The computer restarted while the program ran.
pub const UNEXPECTED_RESTART: u16 = 10020;
/// The program ran longer than allowed, and is no longer watched.
pub const RUN_TIME_EXCEEDED: u16 = 10021;
/// Success so far; a restart is pending, [`SUCCESS`] follows it (Q263700).
pub const RESTART_PENDING: u16 = 10022;
/// Waiting for content.
pub const WAITING_FOR_CONTENT: u16 = 10035;
/// The content is larger than the whole cache (KB 839513).
pub const CACHE_TOO_SMALL: u16 = 10050;
/// Not enough of the cache is free (KB 839513).
pub const CACHE_FULL: u16 = 10051;
/// The downloaded content has the wrong hash (KB 907979).
pub const HASH_MISMATCH: u16 = 10075;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 0x40000000.
    Information,
    /// 0x80000000.
    Warning,
    /// 0xC0000000.
    Error,
}

/// Which kinds of client raise a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RaisedBy {
    /// The Advanced Client alone.
    Advanced,
    /// The Legacy Client alone.
    Legacy,
    /// Both.
    Both,
}

impl RaisedBy {
    /// Whether clients of this kind raise it.
    pub const fn holds(self, client: ClientKind) -> bool {
        match (self, client) {
            (Self::Both, _)
            | (Self::Advanced, ClientKind::Advanced)
            | (Self::Legacy, ClientKind::Legacy) => true,
            (Self::Advanced, ClientKind::Legacy) | (Self::Legacy, ClientKind::Advanced) => false,
        }
    }
}

/// A status message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// Number.
    pub id: u16,
    /// How bad it is.
    pub severity: Severity,
    /// Who raises it.
    pub raised_by: RaisedBy,
    /// The report state it leads to: `MessageState` of
    /// `SMS_AdvertisementStatusInformation`; `None` if it changes none.
    pub state: Option<u8>,
    /// What it says.
    pub meaning: &'static str,
}

/// Whether clients of this kind raise the message numbered `id`: what is not a message of
/// software distribution, any may.
#[inline]
pub(crate) fn is_raised_by(id: u16, client: ClientKind) -> bool {
    message(id).is_none_or(|known| known.raised_by.holds(client))
}

/// The message numbered `id`, if it is one of software distribution.
#[inline]
pub fn message(id: u16) -> Option<&'static Message> {
    let at = PLACES.get(usize::from(id.checked_sub(MESSAGES[0].id)?))?;
    MESSAGES.get(usize::from(*at))
}

/// How many numbers there are from the first message to the last.
const NUMBERS: usize = (MESSAGES[MESSAGES.len() - 1].id - MESSAGES[0].id) as usize + 1;

/// The row of each number from that of the first message on; beyond the table for a
/// number that no message has. Each attempt of each machine looks up several.
const PLACES: [u8; NUMBERS] = {
    let mut places = [u8::MAX; NUMBERS];
    let mut at = 0;
    while at < MESSAGES.len() {
        places[(MESSAGES[at].id - MESSAGES[0].id) as usize] = at as u8;
        at += 1;
    }
    places
};

/// One row of the table.
const fn row(
    id: u16,
    severity: Severity,
    raised_by: RaisedBy,
    state: Option<u8>,
    meaning: &'static str,
) -> Message {
    Message {
        id,
        severity,
        raised_by,
        state,
        meaning,
    }
}

use RaisedBy::{Advanced as A, Both as B, Legacy as L};
use Severity::{Error as E, Information as I, Warning as W};

/// All messages, in ascending order. States are inferred from the meaning.
#[rustfmt::skip]
pub const MESSAGES: &[Message] = &[
    row(10000, E, L, Some(11), "advertisement damaged"),
    row(10001, E, L, Some(11), "package damaged"),
    row(RECEIVED, I, B, Some(1), "advertisement received"),
    row(PREPARATION_FAILED, E, B, Some(11), "error while preparing to run"),
    row(NOT_EXECUTED, E, B, Some(11), "could not be executed"),
    row(STARTED, I, B, Some(9), "program started"), // number recollected
    row(FAILED_EXIT_CODE, E, B, Some(11), "program failed, exit code"),
    row(FAILED_MIF, E, B, Some(11), "program failed, status MIF"),
    row(SUCCESS, I, B, Some(13), "program succeeded"),
    row(SUCCESS_MIF, I, B, Some(13), "program succeeded, status MIF"),
    row(UNINSTALL_STARTED, I, L, None, "uninstallation started"), // 10012 to 10016: Q316021
    row(UNINSTALL_FAILED_EXIT_CODE, E, L, None, "uninstallation failed, exit code"),
    row(UNINSTALL_FAILED_MIF, E, L, None, "uninstallation failed, status MIF"),
    row(UNINSTALL_SUCCESS, I, L, None, "uninstallation succeeded"),
    row(UNINSTALL_SUCCESS_MIF, I, L, None, "uninstallation succeeded, status MIF"),
    row(REJECTED_PLATFORM, W, B, Some(2), "rejected, platform not supported"), // severity assumed
    row(REJECTED_EXPIRED, W, B, Some(3), "rejected, expired"), // recollected
    row(UNEXPECTED_RESTART, W, B, Some(11), "unexpected restart"), // recollected
    row(RUN_TIME_EXCEEDED, W, B, Some(11), "run time exceeded, no longer watched"), // recollected
    row(RESTART_PENDING, I, B, Some(12), "succeeded, restart pending"),
    row(WAITING_FOR_CONTENT, I, A, Some(8), "waiting for content"), // number recollected
    row(CACHE_TOO_SMALL, E, A, Some(11), "content larger than the cache"),
    row(CACHE_FULL, W, A, Some(10), "cache full"), // number recollected
    row(HASH_MISMATCH, E, A, Some(11), "content damaged, hash mismatch"),
];
