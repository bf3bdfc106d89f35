//! Intervals, counts and switches of the product, with the defaults of SMS
//! 2003.

use super::RetryRule;
use super::exit_codes::CodeLists;
use crate::units::{Rate, Size, Span};

/// In which order the Advanced Client presents accounts to a share that is not
/// a distribution point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NonSmsShareOrder {
    /// The Network Access Account alone: S. Rachui, TechNet Magazine July 2006
    /// (cc160972). The default.
    #[default]
    NetworkAccessAccount,
    /// The computer account, then the Network Access Account: what a child of
    /// Local System presents on Windows 2000 and later by itself.
    ComputerAccountFirst,
}

/// How the Advanced Client sorts distribution points; at random inside each
/// tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PointOrder {
    /// The machine's own place, which is its subnet, then its Active Directory
    /// site, then the others of the SMS site: recollected.
    #[default]
    Nearest,
    /// The machine's Active Directory site, its own place among it, then the
    /// others of the SMS site (snowland.se, distribution points in SMS 2003).
    AdSiteFirst,
    /// Random over all.
    Random,
}

/// The product's rules: every value of behaviour that is not a property of one
/// program, advertisement, account or machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Accounts for shares that are not distribution points.
    pub non_sms_share_order: NonSmsShareOrder,
    /// Choice among distribution points.
    pub point_order: PointOrder,
    /// Advanced Client: inside a tier, BITS-enabled points come first, as in
    /// Configuration Manager 2007. SMS 2003 documents no such thing.
    pub prefer_bits: bool,
    /// How long a distribution point that cannot be reached holds a client before
    /// it turns to the next. `None`: not at all, but for [`Rules::FALLBACK_TIMEOUT`]
    /// where Advanced Clients fall back to neighbours.
    pub point_timeout: Option<Span>,
    /// Advanced Client: a program whose exit code is in the retry list is run
    /// again: 1,008 times every 600 s, seven days (M. Niehaus, `MyITForum`, on
    /// `ExecutionFailureRetryCount` and `ExecutionFailureRetryInterval`).
    pub execution_retry: RetryRule,
    /// Advanced Client: what exit codes mean.
    pub exit_codes: CodeLists,
    /// Advanced Client: content that could not be reached is tried again. The
    /// product's values are not documented; those of `execution_retry` are
    /// assumed.
    pub network_retry: RetryRule,
    /// Legacy Client: content that could not be reached is tried again every
    /// ten minutes, without end since SMS 2.0 SP4 (KB Q302674).
    pub legacy_network_retry: RetryRule,
    /// Advanced Client: a full cache is tried again 18 times every 4 hours
    /// (ConfigMgr 2007 documentation of the download retry).
    pub cache_retry: RetryRule,
    /// Advanced Client: content location is asked again while no distribution
    /// point has the content: every hour (ConfigMgr content source location
    /// scenarios).
    pub location_retry: Span,
    /// Poll for policy (Advanced) and advertisements (Legacy, KB Q235801):
    /// 60 min.
    pub poll_interval: Span,
    /// Advanced Client cache: 250 MB, recollected, no source at hand.
    pub cache: Size,
    /// Content in the cache is not evicted before this age: 86,400 s (KB
    /// 839513, `CacheTombstoneContentMinDuration`).
    pub cache_tombstone: Span,
    /// Programs without a maximum run time are watched for 720 min
    /// (`ConfigMgr` 2007; SMS 2003 documents none).
    pub maximum_run_time: Span,
    /// Countdown before an assigned program starts while a user is logged on:
    /// none unless the scenario says so (SMS defaults to 5 min, recollected).
    pub countdown: Span,
    /// How long a restart takes: 5 min, an assumption.
    pub restart_time: Span,
    /// Size of a policy or advertisement request: 4 KB, an assumption.
    pub policy_bytes: Size,
    /// Size of a status message: 4 KB, an assumption.
    pub status_bytes: Size,
    /// Legacy Client: a link that gives less is slow. SMS 2.0 skips the
    /// installation of its client below 40 kbit/s (KB Q224388); that its
    /// advertisements draw the same line is an assumption.
    pub slow_link: Rate,
    /// Legacy Client: the cycle of the client configuration manager, which
    /// brings new accounts: 23 h (KB Q237759).
    pub configuration_interval: Span,
    /// Legacy Client: the logon script runs Smsls.bat, so that every logon of a
    /// user brings new accounts too (KB Q237759). Not by default.
    pub logon_script: bool,
    /// The token accounts of workstations and of domain controllers have the
    /// same name, as in SMS 2.0, so that a local one presented to a controller
    /// is a bad password for the domain's (KB Q231399, Q307434). SMS 2003 calls
    /// them `SMSCliToknLocalAcct&` and `SMSCliToknAcct&` (`TechNet` cc181332).
    pub token_accounts_share_name: bool,
    /// Legacy Client: a client access point that cannot be reached is tried again
    /// after this time: 60 min (KB Q227033, Q236052).
    pub contact_retry: Span,
    /// Legacy Client: a client that meets a locked account, or a bad or expired
    /// password, on its way to content suspends its tries for this time: 3 days
    /// with the fix of KB Q230242 (SMS 1.2). `None` without it.
    pub account_suspension: Option<Span>,
    /// Legacy Client: one that has reached no client access point for this time
    /// uninstalls itself: 60 days (KB Q227033).
    pub orphan_after: Span,
    /// Legacy Client: one that is outside the boundaries of its site in its client
    /// configuration cycle is removed (`TechNet` cc181572, KB Q288218). Not by
    /// default.
    pub legacy_removed_outside: bool,
    /// Legacy Client: the client verifies itself after this time, again and again,
    /// which ends a running program: about 30 days (KB Q283130; SMS 2.0 up
    /// to SP2). `None` if it does not.
    pub verify_cycle: Option<Span>,
    /// Legacy Client: an assignment that does not hold over slow links, and finds
    /// no distribution point, is tried again after this time, which is at once (KB
    /// Q302535; mended in SMS 2.0 SP4). `None` for the usual time.
    pub slow_link_spin: Option<Span>,
    /// Legacy Client: the client service of a domain controller hangs when
    /// another controller writes the shared token account before its own change
    /// has been replicated (KB Q278345; mended in SMS 2.0 SP4). Not by default.
    pub token_account_race: bool,
    /// How long such a service hangs, until it is started again: 23 h, the cycle
    /// in which the client's agents start anew (KB Q281930).
    pub service_hang: Span,
    /// By how much clocks may differ for Kerberos: 5 min ("Maximum tolerance for
    /// computer clock synchronization", `TechNet` cc780011).
    pub clock_tolerance: Span,
    /// A machine whose clock differs from the controller's takes the time from
    /// the controller's answer and gets its ticket all the same (KB 956627).
    pub clock_skew_corrected: bool,
    /// The Legacy Client on a backup domain controller of Windows NT 4.0 asks
    /// that controller, not the PDC, to make the Software Installation Account
    /// administrator, in vain (KB Q242011; SMS 2.0 before SP2).
    pub elevation_at_backup_controller: bool,
    /// Windows Installer installs nothing per user: the policy
    /// `DisableUserInstalls` (learn.microsoft.com). Not by default.
    pub disable_user_installs: bool,
}

impl Rules {
    /// How long a client that falls back tries each distribution point: 2 min
    /// (learn.microsoft.com, "Example of using boundary groups").
    pub const FALLBACK_TIMEOUT: Span = Span::from_mins(2);

    /// After which time points of a neighbour are used: 120 min
    /// (learn.microsoft.com, "About boundary groups in Configuration Manager").
    pub const FALLBACK_AFTER: Span = Span::from_mins(120);
}

impl Default for Rules {
    fn default() -> Self {
        let seven_days = RetryRule::steady(1008, Span::from_secs(600));
        Self {
            non_sms_share_order: NonSmsShareOrder::default(),
            point_order: PointOrder::default(),
            prefer_bits: false,
            point_timeout: None,
            execution_retry: seven_days,
            exit_codes: CodeLists::default(),
            network_retry: seven_days,
            legacy_network_retry: RetryRule::steady(u32::MAX, Span::from_mins(10)),
            cache_retry: RetryRule::steady(18, Span::from_hours(4)),
            location_retry: Span::from_hours(1),
            poll_interval: Span::from_mins(60),
            cache: Size(250_000_000),
            cache_tombstone: Span::from_secs(86_400),
            maximum_run_time: Span::from_mins(720),
            countdown: Span::ZERO,
            restart_time: Span::from_mins(5),
            policy_bytes: Size(4_000),
            status_bytes: Size(4_000),
            slow_link: Rate(40_000),
            configuration_interval: Span::from_hours(23),
            logon_script: false,
            token_accounts_share_name: false,
            contact_retry: Span::from_mins(60),
            account_suspension: None,
            orphan_after: Span::from_days(60),
            legacy_removed_outside: false,
            verify_cycle: None,
            slow_link_spin: None,
            token_account_race: false,
            service_hang: Span::from_hours(23),
            clock_tolerance: Span::from_mins(5),
            clock_skew_corrected: false,
            elevation_at_backup_controller: false,
            disable_user_installs: false,
        }
    }
}
