//! Why an account was turned away: the closed list, with the code that Windows
//! returns and a sentence for the administrator.

use crate::outcome::named;
use crate::world::AccountState;

named! {
    /// Why an account could not do what was asked of it.
    Reason {
        /// The site hands out no such account.
        NotConfigured = "not-configured",
        /// The user's account was to be used, and no user is logged on.
        NoUserLoggedOn = "no-user-logged-on",
        /// Local System has no credential to present outside an Active
        /// Directory domain.
        NoCredential = "no-credential",
        /// The token account of the Legacy Client has no rights on the network.
        NoNetworkRights = "no-network-rights",
        /// The account is one of another machine or workgroup.
        UnknownAccount = "unknown-account",
        /// The server's domain does not trust that of the account.
        NotTrusted = "domain-not-trusted",
        /// The account is locked out.
        Locked = "locked-out",
        /// The account is disabled.
        Disabled = "disabled",
        /// The account has expired.
        Expired = "expired",
        /// The password has expired.
        PasswordExpired = "password-expired",
        /// The password that SMS holds is not the account's.
        WrongPassword = "wrong-password",
        /// The account does not exist.
        Missing = "missing",
        /// The right "Access this computer from the network" is not held.
        NoNetworkLogon = "no-network-logon-right",
        /// The account could not be made administrator for the run.
        NotElevated = "not-elevated",
        /// The logon session is connected to the server under other credentials.
        CredentialConflict = "credential-conflict",
        /// The clocks of machine, server and controller differ too much.
        ClockSkew = "clock-skew",
        /// No domain controller answered.
        NoLogonServer = "no-logon-server",
        /// The access list does not admit the account.
        AccessDenied = "access-denied",
        /// The share is open to sessions without credentials, which the access
        /// list does not admit.
        AnonymousDenied = "anonymous-denied",
        /// Windows 95, 98 and Me have no accounts to run a program under.
        NoAccounts = "no-accounts",
        /// The server took the account for Guest, whom the access list does not
        /// admit.
        GuestDenied = "guest-denied",
    }
}

impl Reason {
    /// The Win32 error code that a connection refused for this reason returns.
    pub const fn code(self) -> u32 {
        match self {
            Self::NoCredential
            | Self::NoNetworkRights
            | Self::AccessDenied
            | Self::AnonymousDenied
            | Self::GuestDenied => 5,
            Self::CredentialConflict => 1219,
            Self::NoUserLoggedOn => 1245,
            Self::NoLogonServer => 1311,
            Self::NotConfigured | Self::NoAccounts => 1317,
            Self::UnknownAccount | Self::NotTrusted | Self::WrongPassword | Self::Missing => 1326,
            Self::PasswordExpired => 1330,
            Self::Disabled => 1331,
            Self::NoNetworkLogon => 1385,
            Self::ClockSkew => 1398,
            Self::Expired => 1793,
            Self::Locked => 1909,
            Self::NotElevated => 2226,
        }
    }

    /// What keeps an account in this state from logging on, if anything.
    pub(crate) const fn of_state(state: AccountState) -> Option<Self> {
        match state {
            AccountState::Ok => None,
            AccountState::Locked => Some(Self::Locked),
            AccountState::Disabled => Some(Self::Disabled),
            AccountState::Expired => Some(Self::Expired),
            AccountState::PasswordExpired => Some(Self::PasswordExpired),
            AccountState::WrongPassword => Some(Self::WrongPassword),
            AccountState::Missing => Some(Self::Missing),
        }
    }

    /// One clause for an administrator, to follow the account's name.
    pub const fn explain(self) -> &'static str {
        match self {
            Self::NotConfigured => "is not configured at the SMS site",
            Self::NoUserLoggedOn => "cannot be used, since no user is logged on",
            Self::NoCredential => {
                "cannot be presented on the network: outside an Active Directory domain, Local System has no credential there"
            }
            Self::NoNetworkRights => {
                "is known to its own machine alone, and has no rights on the network"
            }
            Self::UnknownAccount => "is an account of one machine, which no other one knows",
            Self::NotTrusted => "is of a domain that is not trusted there",
            Self::AnonymousDenied => {
                "is an account that the server does not know, and the access list does not admit sessions without credentials"
            }
            Self::NoAccounts => {
                "cannot be used, since on Windows 95, 98 and Me all programs run as the logged-on user"
            }
            Self::Locked => "is locked out",
            Self::Disabled => "is disabled",
            Self::Expired => "has expired",
            Self::PasswordExpired => "has an expired password",
            Self::WrongPassword => "was presented with a password that is not its own",
            Self::Missing => "does not exist",
            Self::NoNetworkLogon => "lacks the right \"Access this computer from the network\"",
            Self::NotElevated => {
                "could not be made administrator, which the primary domain controller alone can do"
            }
            Self::CredentialConflict => {
                "would be a second set of credentials, beside the one with which this logon session is connected to the server"
            }
            Self::ClockSkew => {
                "came with a ticket that the clocks belie: that of the machine or of the server differs too much from the controller's"
            }
            Self::NoLogonServer => "could not be validated, since no domain controller answered",
            Self::AccessDenied => "logged on, but is not admitted by the access list",
            Self::GuestDenied => "was taken for Guest, whom the access list does not admit",
        }
    }
}

/// An attempt that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// Win32 error code.
    pub code: u32,
}

impl From<Reason> for Refusal {
    /// A connection refused: the code is the reason's own.
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            code: reason.code(),
        }
    }
}
