//! Packages, programs and advertisements, as written.

use super::lists::at_least_one;
use super::words::{AfterRunning, MsiBuild, OnLocal, OnRemote};
use super::{
    At, Breakage, Bytes, Chance, Due, Duration, Durations, Moment, OfferRate, Period, Phase,
    RerunWord, Rights, RunCondition, Sent, StartWindow, StopRule, Whole, inherit,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Files that programs are started from.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Package {
    /// How large it is. Default: `10 MB`, a patch; `0 B` where
    /// `distribution_points` is `[]`.
    pub size: Option<Bytes>,
    /// Version, as logs show it. Default: `1`.
    pub version: Option<Whole<1, 4_294_967_295>>,
    /// Distribution points, by name or glob, that hold it; `[]` for a package
    /// without source files, whose programs run what is on shares, on drives of the
    /// machines or a part of Windows (TechNet cc180810).
    /// Default: `["*"]`.
    pub distribution_points: Option<Vec<At<String>>>,
    /// Package access accounts: who may read it on a distribution point, in the
    /// words of a share's `access`. Default:
    /// `["Users", "Guests", "Administrators"]`, recollected.
    pub access: Option<Vec<At<String>>>,
    /// Who may not read it, whatever `access` says. Default: `[]`.
    pub deny: Option<Vec<At<String>>>,
    /// How it comes to its distribution points. Default: it is there from the
    /// start.
    pub sent: Option<At<Sent>>,
}
inherit!(Package {
    size,
    version,
    distribution_points,
    access,
    deny,
    sent,
});

/// A way of starting a package.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Program {
    /// The package it belongs to. Default: the package of the same name, or the
    /// only one.
    pub package: Option<At<String>>,
    /// Command line, as logs show it. A share that it names as `\\SERVER\SHARE` is
    /// reached as if `shares` named it; `ALLUSERS=` counts as `allusers` of `msi`; a
    /// drive letter from F on is one that the user has mapped, to the share with
    /// `command_line = true`, and that no other account sees (KB Q263279). What
    /// `cmd /c`, `msiexec`, `cscript` and other parts of Windows are given counts as the
    /// file that is run. Default: `setup.exe`.
    pub command_line: Option<String>,
    /// With whose rights it runs. Default: `user` (flag `USERCONTEXT` of
    /// `SMS_Program`); `administrative` if `runs` says that it can run without a
    /// user, which implies it.
    pub rights: Option<At<Rights>>,
    /// When it can run. Default: `only when a user is logged on`.
    pub runs: Option<At<RunCondition>>,
    /// Whether the box "Use Software Installation Account" is ticked; it can be
    /// for administrative programs that can run without a user (KB Q235811).
    /// Default: `false`.
    pub software_installation_account: Option<At<bool>>,
    /// Whether it runs once for every user who logs on, rather than once for the
    /// computer; for assigned programs that wait for a user (KB Q271122,
    /// `EVERYUSER` of `SMS_Program`). Default: `false`.
    pub every_user: Option<At<bool>>,
    /// Describes a Windows Installer package. Default: it is none, unless
    /// `command_line` runs `msiexec`, or a file `.msi`, other than to remove it.
    pub msi: Option<Msi>,
    /// Whether it fails, with error 5, if the account it runs under is no
    /// administrator of the machine. Default: `true` for a setup program, whose
    /// file name in `command_line` holds `install`, `setup` or `update` (TechNet
    /// cc709628), since it writes where ordinary users may only read (TechNet
    /// bb742509); `false` for a Windows Installer package, for which `ALLUSERS`
    /// decides, for scripts and other programs, and where no program is written and
    /// one is made for a package.
    pub needs_administrator: Option<bool>,
    /// Shares that it reads while it runs, in this order. Default: none.
    pub shares: Option<Vec<ShareUse>>,
    /// How long it runs, without the time its content takes to arrive. Default:
    /// `uniform(1 min, 5 min)`, an assumption for patches.
    pub install_time: Option<Durations>,
    /// Exit codes and their chances; what is missing from 1 goes to code 0.
    /// Default: `{ 0 = 1 }`.
    pub exit_codes: Option<BTreeMap<At<String>, At<Chance>>>,
    /// Exit codes on machines of some operating systems or fleet groups, by name
    /// or glob, in place of `exit_codes`: a package that is bad for them.
    /// Default: none.
    pub exit_codes_on: Option<BTreeMap<At<String>, BTreeMap<At<String>, At<Chance>>>>,
    /// Machines that break after the program has reported success. Default:
    /// none.
    pub breakage: Option<Breakage>,
    /// Whether the program leaves a status MIF beside its exit code. Default:
    /// `false`.
    pub status_mif: Option<bool>,
    /// The client stops watching it after this time. Default: that of
    /// `[rules]`.
    pub maximum_run_time: Option<Duration>,
    /// What happens afterwards. Default: `no action`.
    pub after_running: Option<AfterRunning>,
    /// Operating systems, by name or glob, that it may run on. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub platforms: Option<Vec<At<String>>>,
    /// The program to run first, which may have one of its own, up to a hundred in a
    /// chain. Default: none.
    pub run_first: Option<At<String>>,
    /// Programs, by name, whose place it takes. Where the machine is offered it, or
    /// has it, they are not run any more; where it succeeds, they are gone
    /// (learn.microsoft.com, "Revise and supersede applications"; SMS 2003 knows
    /// no such thing). Default: none.
    pub supersedes: Option<Vec<At<String>>>,
    /// Whether what it supersedes, where the machine has it, is removed first by
    /// its `uninstall`, rather than upgraded. Default: `false`.
    pub uninstall_first: Option<At<bool>>,
    /// The program that removes it: run first where `uninstall_first` of another
    /// says so, or by an advertisement of its own. Default: none.
    pub uninstall: Option<At<String>>,
    /// Legacy Client: whether it is removed when the last of its advertisements
    /// has expired or been withdrawn, or the machine has left its collection (KB
    /// Q316021; SMS 2.0 Resource Guide). The
    /// removal takes time and exit codes from its `uninstall`, everything else
    /// from the program itself, and needs no content. Default: `false`.
    pub uninstall_when_not_advertised: Option<At<bool>>,
    /// Free disk space that it needs. Default: unknown.
    pub disk: Option<Bytes>,
}
inherit!(Program {
    package,
    command_line,
    rights,
    runs,
    software_installation_account,
    every_user,
    msi,
    needs_administrator,
    shares,
    install_time,
    exit_codes,
    exit_codes_on,
    breakage,
    status_mif,
    maximum_run_time,
    after_running,
    platforms,
    run_first,
    supersedes,
    uninstall_first,
    uninstall,
    uninstall_when_not_advertised,
    disk,
});

/// A Windows Installer package.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Msi {
    /// For whom it was built. Default: `per-machine`.
    pub build: Option<MsiBuild>,
    /// `ALLUSERS` on the command line: `1` and `2` set it, `0` clears it, as every
    /// other value on a command line does.
    /// Default: what `command_line` says, else the package's own value.
    pub allusers: Option<Whole<0, 2>>,
    /// Whether it fails with 1603 where it would be installed per user into the
    /// profile of a service account (Local System, a token account, the Software
    /// Installation Account): a launch condition or a custom action of it asks for
    /// a user's profile or session. Default: `false`; it ends in that profile.
    pub needs_user_profile: Option<bool>,
}

/// A share that a program reads while it runs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareUse {
    /// The share. Required.
    pub share: At<String>,
    /// How much is read. Default: `0 B`; the share is only connected to.
    #[serde(default)]
    pub read: Option<Bytes>,
    /// Whether the command line itself is on the share: where it cannot be
    /// reached, the program does not start (KB Q263279). Default: `false`.
    #[serde(default)]
    pub command_line: Option<bool>,
}

/// An offer of a program to machines.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Advertisement {
    /// The program. Default: the program of the same name, or the only one.
    pub program: Option<At<String>>,
    /// The collection it is offered to. Default: every machine.
    pub collection: Option<At<String>>,
    /// When it becomes visible. Default: at the start.
    pub available: Option<At<Moment>>,
    /// When it is due: `as soon as possible`, `logon`, `logoff`, a moment, or
    /// `optional` (TechNet cc180264). Default: `as soon as possible`, or
    /// `optional` if there is an `uptake`.
    pub assigned: Option<At<Due>>,
    /// What users do with an optional program. Default: no user runs it.
    pub uptake: Option<At<Uptake>>,
    /// The assignment comes round after this time, at least `1 min`, again and
    /// again; not for `logon` and `logoff` (KB Q257271). What is still under way
    /// then is not disturbed. Default: it is due once.
    pub recurs: Option<At<Period>>,
    /// Whether the program is run on a machine on which it has run before, for
    /// this advertisement or another. SMS 2003 offers no choice: `always` with
    /// more than one assignment; with a single one, `if failed` on Advanced
    /// Clients (`MyITForum`, `ADV_RepeatRunBehavior`) and on Legacy Clients (KB
    /// Q257271, Q235815); the others came with `ConfigMgr` 2007. Default:
    /// `always`, so that advertisements of one program can be compared.
    pub rerun: Option<RerunWord>,
    /// Legacy Client: whether the assignment does not hold while the link to the
    /// client access point is slow (KB Q202332); the client looks again at its
    /// next poll after the link has changed. What an Advanced Client does in a
    /// slow place is said by `on_remote`. Default: `false`.
    pub not_over_slow_links: Option<At<bool>>,
    /// When it expires. Default: never.
    pub expires: Option<At<Moment>>,
    /// When it is deleted: a machine that has not looked for policy before never
    /// hears of it, and one that has does not start it once it finds it gone.
    /// Default: never.
    pub withdrawn: Option<At<Moment>>,
    /// Whether the times above are the same moments everywhere, as with the box
    /// "Greenwich Mean Time" of the schedule, rather than what a clock on the
    /// wall says at each site (Configuration Manager 2007 help, schedule of an
    /// advertisement). Times after the start (`+2 h`)
    /// always are. Default: `false`.
    pub greenwich_mean_time: Option<bool>,
    /// What an Advanced Client does where a local distribution point has the
    /// package. Default: `run`, recollected.
    pub on_local: Option<OnLocal>,
    /// What an Advanced Client does where only a remote distribution point has
    /// the package. Default: `do not run`, recollected.
    pub on_remote: Option<OnRemote>,
    /// Whether Advanced Clients that download it take it from each other, where
    /// `[peers]` lets them, as with "Allow clients to share content with other
    /// clients on the same subnet" of a deployment (Configuration Manager).
    /// Default: `true`.
    pub peers: Option<bool>,
    /// Rings: phases in order, each offered the advertisement when the gate of
    /// the one before is met. An empty list is a roll-out without rings. Default:
    /// all machines at once.
    pub phases: Option<Vec<Phase>>,
    /// How fast machines are offered it. Default: without limit.
    pub rate: Option<At<OfferRate>>,
    /// Rules that stop it before it has come to all machines. Default: none.
    pub stop: Option<Vec<StopRule>>,
    /// Time between two looks of its controller at what is reported. Default:
    /// `15 min`, an assumption.
    pub evaluation: Option<At<Period>>,
    /// An offer without a final report is overdue after this time. Default:
    /// `1 d`, an assumption.
    pub overdue_after: Option<At<Period>>,
    /// A time that begins when the program is due, in which machines start it at
    /// different moments. Default: all start when it is due.
    pub start_window: Option<At<StartWindow>>,
}
inherit!(Advertisement {
    program,
    collection,
    available,
    assigned,
    uptake,
    recurs,
    rerun,
    not_over_slow_links,
    expires,
    withdrawn,
    greenwich_mean_time,
    on_local,
    on_remote,
    peers,
    phases,
    rate,
    stop,
    evaluation,
    overdue_after,
    start_window,
});

/// What users do with an optional program.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Uptake {
    /// Share of the users who run it. Default: `1`.
    pub share: Option<Chance>,
    /// How long after they see it. Default: `exponential(1 d)`, an assumption.
    pub delay: Option<Durations>,
}
