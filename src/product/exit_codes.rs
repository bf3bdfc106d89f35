//! What a program's exit code means to each kind of client.

use super::ClientKind;

/// The Advanced Client's `SuccessReturnCodes`: 0 alone, recollected, no source
/// at hand.
pub const SUCCESS: &[u32] = &[0];

/// `RebootReturnCodes`: success, with a restart to come. Advanced Client: M.
/// Niehaus, `MyITForum`; the Legacy Client singles out the same four (Q263700).
pub const RESTART: &[u32] = &[1604, 1641, 3010, 3011];

/// The Advanced Client's `ExecutionFailureRetryErrorCodes`, in ascending order
/// (M. Niehaus, `MyITForum`).
pub const RETRY: &[u32] = &[
    4, 5, 8, 13, 14, 39, 51, 53, 54, 55, 59, 64, 65, 67, 70, 71, 85, 86, 87, 112, 128, 170, 267,
    999, 1003, 1203, 1219, 1220, 1222, 1231, 1232, 1238, 1265, 1311, 1323, 1326, 1330, 1618, 1622,
    2250,
];

/// What follows from an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Installed.
    Success,
    /// Installed; a restart is still to come.
    RestartPending,
    /// Failed; the program is run again (`FailureRetry`).
    Retry,
    /// Failed for good (`FailureNonRetry`).
    Fail,
}

/// What an Advanced Client makes of exit codes: its policy lists them, so that
/// they can be others than the product's (`SMS_SoftwareDistributionAgentConfig`).
/// Each list is in ascending order, and no code is in two of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLists {
    /// `SuccessReturnCodes`.
    pub success: Vec<u32>,
    /// `RebootReturnCodes`.
    pub restart: Vec<u32>,
    /// `ExecutionFailureRetryErrorCodes`.
    pub retry: Vec<u32>,
}

impl Default for CodeLists {
    /// [`SUCCESS`], [`RESTART`] and [`RETRY`].
    fn default() -> Self {
        Self {
            success: SUCCESS.to_vec(),
            restart: RESTART.to_vec(),
            retry: RETRY.to_vec(),
        }
    }
}

impl CodeLists {
    /// What `code`, returned by a program, means to a client of this kind.
    ///
    /// The Legacy Client knows no lists: what it makes of a code is built in, and
    /// it never runs a failed program again: it is unscheduled (Q268500).
    /// Reaching the content again is another matter, see
    /// [`super::Rules::legacy_network_retry`].
    pub fn verdict(&self, kind: ClientKind, code: u32) -> Verdict {
        let (success, restart, retry) = match kind {
            ClientKind::Advanced => (&*self.success, &*self.restart, &*self.retry),
            ClientKind::Legacy => (SUCCESS, RESTART, &[][..]),
        };
        let is_in = |list: &[u32]| list.binary_search(&code).is_ok();
        if is_in(success) {
            Verdict::Success
        } else if is_in(restart) {
            Verdict::RestartPending
        } else if is_in(retry) {
            Verdict::Retry
        } else {
            Verdict::Fail
        }
    }
}
