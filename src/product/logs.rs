//! The client logs, and which of them tells of what.
//!
//! Folders: KB 867490. The execution logs of both kinds: S. Rachui, "SMS
//! Client-Side Software Installation", `TechNet` Magazine July 2006 (cc160972).

use super::ClientKind;

/// A matter that clients keep a log about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// Policy, or the list of advertised programs.
    Policy,
    /// Finding distribution points.
    Location,
    /// Bytes on their way into the cache.
    Transfer,
    /// The cache, and the integrity of what is in it.
    Cache,
    /// Everything around running the program, its accounts included.
    Execution,
}

/// The log in which an administrator reads about `matter`, with its full path
/// on the client. On a management point the Advanced Client's logs are in
/// `SMS_CCM\Logs` instead.
pub const fn log(kind: ClientKind, matter: Matter) -> &'static str {
    use ClientKind::{Advanced, Legacy};
    match (kind, matter) {
        (Advanced, Matter::Policy) => r"%Windir%\System32\CCM\Logs\PolicyAgent.log",
        (Advanced, Matter::Location) => r"%Windir%\System32\CCM\Logs\LocationServices.log",
        (Advanced, Matter::Transfer) => r"%Windir%\System32\CCM\Logs\ContentTransferManager.log",
        (Advanced, Matter::Cache) => r"%Windir%\System32\CCM\Logs\CAS.log",
        (Advanced, Matter::Execution) => r"%Windir%\System32\CCM\Logs\execmgr.log",
        // The log of offers to the computer; those to its users are in
        // Odpusr32.log beside it.
        (Legacy, Matter::Policy) => r"%Windir%\MS\SMS\Logs\Odpsys32.log",
        // One component chooses the distribution point, connects and runs.
        (Legacy, Matter::Location | Matter::Transfer | Matter::Cache | Matter::Execution) => {
            r"%Windir%\MS\SMS\Logs\Smsapm32.log"
        }
    }
}
