//! Names and short texts of the error codes that occur: `winerror.h` and
//! `lmerr.h` of the Platform SDK, Windows Installer's exit codes, and the
//! HRESULTs of the articles.

/// An error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode {
    /// The number.
    pub code: u32,
    /// Its symbolic name.
    pub name: &'static str,
    /// What it says.
    pub text: &'static str,
}

/// The account is not admitted.
pub const ACCESS_DENIED: u32 = 5;
/// The network path was not found.
pub const BAD_NETWORK_PATH: u32 = 53;
/// The path was not found: of a drive that is not there.
pub const PATH_NOT_FOUND: u32 = 3;
/// The network name is no longer available: a session broke.
pub const NETWORK_NAME_DELETED: u32 = 64;
/// The server accepts no more sessions.
pub const REQUEST_NOT_ACCEPTED: u32 = 71;
/// There is not enough space on the disk.
pub const DISK_FULL: u32 = 112;

/// `E_FAIL`: what the Legacy Client reports where a command line on a network
/// path could not be reached (KB Q263279).
pub const UNSPECIFIED_ERROR: u32 = 0x8000_4005;

/// What the Legacy Client makes of a program that is not mandatory over slow links
/// and finds no distribution point (KB Q302535).
pub const TOO_SLOW: u32 = 0xe004_0013;

/// What is known of `code`. An HRESULT that wraps a Win32 code (`0x8007....`)
/// is described as that code.
pub fn describe(code: u32) -> Option<&'static ErrorCode> {
    /// The upper half of every HRESULT made from a Win32 code.
    const WIN32_FACILITY: u32 = 0x8007;
    let code = if code >> 16 == WIN32_FACILITY {
        code & 0xFFFF
    } else {
        code
    };
    CODES
        .binary_search_by_key(&code, |e| e.code)
        .ok()
        .map(|at| &CODES[at])
}

/// One row of the table.
const fn row(code: u32, name: &'static str, text: &'static str) -> ErrorCode {
    ErrorCode { code, name, text }
}

/// All codes, in ascending order.
#[rustfmt::skip]
pub const CODES: &[ErrorCode] = &[
    row(0, "ERROR_SUCCESS", "success"),
    row(2, "ERROR_FILE_NOT_FOUND", "file not found"),
    row(3, "ERROR_PATH_NOT_FOUND", "path not found"),
    row(4, "ERROR_TOO_MANY_OPEN_FILES", "too many open files"),
    row(5, "ERROR_ACCESS_DENIED", "access denied"),
    row(8, "ERROR_NOT_ENOUGH_MEMORY", "not enough memory"),
    row(13, "ERROR_INVALID_DATA", "invalid data"),
    row(14, "ERROR_OUTOFMEMORY", "out of memory"),
    row(39, "ERROR_HANDLE_DISK_FULL", "disk full"),
    row(51, "ERROR_REM_NOT_LIST", "remote computer not available"),
    row(53, "ERROR_BAD_NETPATH", "network path not found"),
    row(54, "ERROR_NETWORK_BUSY", "network busy"),
    row(55, "ERROR_DEV_NOT_EXIST", "network resource no longer available"),
    row(59, "ERROR_UNEXP_NET_ERR", "unexpected network error"),
    row(64, "ERROR_NETNAME_DELETED", "network name no longer available"),
    row(65, "ERROR_NETWORK_ACCESS_DENIED", "network access denied"),
    row(67, "ERROR_BAD_NET_NAME", "network name not found"),
    row(70, "ERROR_SHARING_PAUSED", "remote server paused"),
    row(71, "ERROR_REQ_NOT_ACCEP", "no more connections accepted"),
    row(85, "ERROR_ALREADY_ASSIGNED", "local device name in use"),
    row(86, "ERROR_INVALID_PASSWORD", "network password not correct"),
    row(87, "ERROR_INVALID_PARAMETER", "parameter not correct"),
    row(112, "ERROR_DISK_FULL", "not enough space on the disk"),
    row(128, "ERROR_WAIT_NO_CHILDREN", "no child processes to wait for"),
    row(170, "ERROR_BUSY", "resource in use"),
    row(267, "ERROR_DIRECTORY", "directory name not valid"),
    row(999, "ERROR_SWAPERROR", "error in paging operation"),
    row(1003, "ERROR_CAN_NOT_COMPLETE", "function cannot complete"),
    row(1203, "ERROR_NO_NET_OR_BAD_PATH", "no network provider accepted the path"),
    row(1219, "ERROR_SESSION_CREDENTIAL_CONFLICT", "credentials conflict with an existing session"),
    row(1220, "ERROR_REMOTE_SESSION_LIMIT_EXCEEDED", "server has its maximum of sessions"),
    row(1222, "ERROR_NO_NETWORK", "network not present"),
    row(1231, "ERROR_NETWORK_UNREACHABLE", "network unreachable"),
    row(1232, "ERROR_HOST_UNREACHABLE", "host unreachable"),
    row(1238, "ERROR_CONNECTION_COUNT_LIMIT", "connection limit of the service reached"),
    row(1245, "ERROR_NOT_LOGGED_ON", "no user logged on"),
    row(1265, "ERROR_DOWNGRADE_DETECTED", "attempt to compromise security detected"),
    row(1311, "ERROR_NO_LOGON_SERVERS", "no logon server available"),
    row(1317, "ERROR_NO_SUCH_USER", "specified user does not exist"),
    row(1323, "ERROR_WRONG_PASSWORD", "password not correct"),
    row(1326, "ERROR_LOGON_FAILURE", "unknown user name or bad password"),
    row(1330, "ERROR_PASSWORD_EXPIRED", "password expired"),
    row(1331, "ERROR_ACCOUNT_DISABLED", "account disabled"),
    row(1385, "ERROR_LOGON_TYPE_NOT_GRANTED", "logon type not granted on this computer"),
    row(1398, "ERROR_TIME_SKEW", "clocks of client and server differ"),
    row(1602, "ERROR_INSTALL_USEREXIT", "installation cancelled by the user"),
    row(1603, "ERROR_INSTALL_FAILURE", "fatal error during installation"),
    row(1604, "ERROR_INSTALL_SUSPEND", "installation suspended, incomplete"),
    row(1612, "ERROR_INSTALL_SOURCE_ABSENT", "installation source not available"),
    row(1618, "ERROR_INSTALL_ALREADY_RUNNING", "another installation in progress"),
    row(1619, "ERROR_INSTALL_PACKAGE_OPEN_FAILED", "installation package cannot be opened"),
    row(1622, "ERROR_INSTALL_LOG_FAILURE", "installation log cannot be opened"),
    row(1625, "ERROR_INSTALL_PACKAGE_REJECTED", "installation forbidden by policy"),
    row(1640, "ERROR_INSTALL_REMOTE_DISALLOWED", "installation from a Terminal Services session forbidden"),
    row(1641, "ERROR_SUCCESS_REBOOT_INITIATED", "success, restart initiated"),
    row(1793, "ERROR_ACCOUNT_EXPIRED", "account expired"),
    row(1909, "ERROR_ACCOUNT_LOCKED_OUT", "account locked out"),
    row(2226, "NERR_NotPrimary", "only allowed on the primary domain controller"),
    row(2250, "ERROR_NOT_CONNECTED", "network connection does not exist"),
    row(3010, "ERROR_SUCCESS_REBOOT_REQUIRED", "success, restart required"),
    row(3011, "ERROR_SUCCESS_RESTART_REQUIRED", "success, service restart required"),
    row(0x8000_4005, "E_FAIL", "unspecified error"), // Q263279
    row(0x8009_1007, "CRYPT_E_HASH_VALUE", "hash value not correct"), // KB 907979
    row(TOO_SLOW, "0xe0040013", "access to all distribution points is through slow links"), // Q302535
];
