//! What an administrator is told about a cause: what happened, and what to do
//! about it.
//!
//! Both are one table, a row per cause, so that no cause is without either.
//! The sentences name kinds of account; which account it was stands in the
//! columns of the record.

use super::Cause;

impl Cause {
    /// What happened, one sentence; empty for [`Cause::None`].
    pub const fn explain(self) -> &'static str {
        self.texts().0
    }

    /// What to do about it, one sentence; empty for [`Cause::None`].
    pub const fn remedy(self) -> &'static str {
        self.texts().1
    }

    /// What happened, and what to do about it.
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::None => ("", ""),
            Self::NotPolled => (
                "The machine had not looked for policy before the end of the forecast.",
                "Advertise earlier, shorten the polling interval, or forecast a longer time.",
            ),
            Self::MachineOff => (
                "The machine was off or away when it should have gone on, and did not come back in time.",
                "Forecast a longer time, assign the program while machines are on, or wake them.",
            ),
            Self::ContactUnreachable => (
                "The management point or client access point could not be reached: the server, its role or the way to it was down.",
                "Restore the server or the link.",
            ),
            Self::ContactOverloaded => (
                "The management point or client access point was overloaded with requests for policy, and did not serve this client in time, or not before the end of the forecast.",
                "Give the server more capacity or fewer clients, or let machines look for policy at different times.",
            ),
            Self::ClientUninstalled => (
                "The Legacy Client had reached no client access point for 60 days, and has uninstalled itself.",
                "Install the client again; keep a second Client Connection account, and never change the password of the only one.",
            ),
            Self::ClientHangs => (
                "The client service of the domain controller hangs: another controller has written the token account that they share before its own change was replicated.",
                "Restart the controllers one after the other, each after the change of the one before has been replicated, or use a client of SMS 2.0 SP4 or later.",
            ),
            Self::NotDue => (
                "The machine knows of the advertisement, but it is not due before the end of the forecast.",
                "Assign the program to an earlier time, or forecast a longer time.",
            ),
            Self::CountingDown => (
                "The program is due, and the countdown before it was still being shown to the user at the end of the forecast.",
                "Shorten the countdown, or forecast a longer time.",
            ),
            Self::NotChosen => (
                "The program is optional, and no user of the machine chose to run it.",
                "Assign the program if it must be installed.",
            ),
            Self::ChosenLater => (
                "The program is optional, and its user chooses to run it only after the end of the forecast.",
                "Have users choose it sooner, assign the program if it must be installed by then, or forecast a longer time.",
            ),
            Self::PlatformUnsupported => (
                "The machine's platform is not among those the program may run on.",
                "Add the platform to the program, or leave such machines out of the collection.",
            ),
            Self::Expired => (
                "The advertisement had expired when the machine learned of it.",
                "Let the advertisement expire later, or not at all.",
            ),
            Self::ExpiredWaiting => (
                "The machine had accepted the advertisement, which expired before the program had started.",
                "Let the advertisement expire later, or see to what the machine waited for until then.",
            ),
            Self::NoPointHasContent => (
                "No distribution point holds the package.",
                "Add a distribution point to the package.",
            ),
            Self::OnlyRemotePoint => (
                "Only remote distribution points hold the package, and the advertisement says not to run from these.",
                "Add a local distribution point to the package, or let the advertisement download from a remote one.",
            ),
            Self::FallbackPending => (
                "No distribution point of the machine's own place has the package, and it has not looked for long enough to turn to those of its neighbours.",
                "Put the package on a distribution point of the place, or let the fallback come earlier.",
            ),
            Self::PointProtected => (
                "Every distribution point that holds the package is protected against this client; Legacy Clients cannot use protected ones at all.",
                "Add a distribution point that is not protected to the package, or extend the boundaries of the protected one.",
            ),
            Self::ContentAccessDenied => (
                "No account that the client presents may read the package on any distribution point.",
                "Extend the package access accounts: an Advanced Client comes as its computer account, which is not a member of Domain Users, then as the Network Access Account; a Legacy Client as a Client Connection account, or as the Software Installation Account where the program uses it.",
            ),
            Self::NoConnectionAccount => (
                "The Legacy Client has no Client Connection account, and its token account has no rights on the network.",
                "Configure a Client Connection account at the site.",
            ),
            Self::DomainNotTrusted => (
                "The domain of the server, or of the machine that is to run the program, does not trust the domain of the account, or is a workgroup, so that nothing there validates the account.",
                "Let the server's domain trust the account's, put the files on a server that does, or, for an administrative program of an Advanced Client, configure a Network Access Account of a domain that the server trusts.",
            ),
            Self::AccountUnknown => (
                "The account that was presented is one of a single machine or of a workgroup, which no other machine knows.",
                "Use an account of a domain that the server and the machine trust, or give the server an account of the same name and password (KB Q103390).",
            ),
            Self::ConnectionAccountUnusable => (
                "No Client Connection account can log on.",
                "Unlock or enable the Client Connection account and correct its password in SMS; add a second account before changing the password of the first, since clients present the old one for up to 23 hours.",
            ),
            Self::NoLogonServer => (
                "No domain controller answered to validate the account.",
                "Restore the domain controllers, or place one nearer to the servers that ask.",
            ),
            Self::AnswerPending => (
                "The server was dealing with the machine's request when the forecast ended.",
                "Forecast a longer time.",
            ),
            Self::LogonPending => (
                "The machine stood in line for a domain controller to validate an account, or for a server to pass the logon on, at the end of the forecast.",
                "Add domain controllers or capacity near the servers, spread the assignment over time, or forecast a longer time.",
            ),
            Self::ClockSkew => (
                "The clock of the machine, or of the server, differed from that of the domain controller by more than Kerberos accepts, so that the computer account or the user was refused.",
                "Set the clocks right and let Windows Time keep them; a Network Access Account comes by NTLM, which looks at no clock.",
            ),
            Self::CredentialConflict => (
                "The account would have been a second set of credentials: the logon session that runs the program was already connected to that server under another account (error 1219).",
                "Put the share on another server than the distribution point, download the content before the program runs, or let one account read both.",
            ),
            Self::ConnectionLimit => (
                "The distribution point, or the server of the share, accepted no more sessions.",
                "Move the files to a server edition without a session limit, add distribution points, or spread the assignment over time.",
            ),
            Self::ContentUnreachable => (
                "The distribution point, or the way to it, was down.",
                "Restore the server or the link, or add a second distribution point.",
            ),
            Self::CacheTooSmall => (
                "The package is larger than the whole cache of the Advanced Client; the client does not try again.",
                "Enlarge the cache, or run the program from the distribution point.",
            ),
            Self::CacheFull => (
                "The cache of the Advanced Client had no room for the package.",
                "Enlarge the cache, or run the program from the distribution point.",
            ),
            Self::DiskFull => (
                "The disk has less room than the program needs.",
                "Free disk space on the machine.",
            ),
            Self::HashMismatch => (
                "The content on the distribution point was damaged; the client does not try again.",
                "Update the distribution point with a fresh copy of the package, then advertise the program again.",
            ),
            Self::AwaitsPeer => (
                "The machine waits for another one at the place that is downloading the package, to take it from there.",
                "Let machines wait less for their peers, or forecast a longer time.",
            ),
            Self::StillDownloading => (
                "The content was still on its way at the end of the forecast.",
                "Start earlier, place a distribution point nearer, widen the link, or forecast a longer time.",
            ),
            Self::NoUser => (
                "The program, or its assignment, waits for a user to log on, and none did.",
                "Let the program run whether or not a user is logged on.",
            ),
            Self::UserPresent => (
                "The program, or its assignment, waits until the user has logged off, and the user stayed logged on.",
                "Let the program run whether or not a user is logged on, or have users log off.",
            ),
            Self::AnotherProgram => (
                "Another program was running; a client runs one at a time.",
                "Spread the assignments over time, or forecast a longer time.",
            ),
            Self::DependencyFailed => (
                "The program to run first failed, so this one did not run.",
                "See to the program to run first.",
            ),
            Self::DependencyPending => (
                "The program to run first had not ended.",
                "See to the program to run first, or forecast a longer time: `explain` tells what it waits for.",
            ),
            Self::InstallationAccountUnusable => (
                "The Software Installation Account that was to run the program is missing, locked or otherwise unusable.",
                "Create, unlock or enable the Software Installation Account in a domain that the client trusts, and configure it at the client's site.",
            ),
            Self::ElevationFailed => (
                "The Software Installation Account could not be made administrator of the machine.",
                "Make the Software Installation Account a member of the local Administrators group, and check Restricted Groups in Group Policy.",
            ),
            Self::TokenAccountUnusable => (
                "The Legacy Client's token account cannot be used: on a controller SMSCliToknAcct&, which all controllers of the domain share, else the local one of the machine.",
                "Unlock the token account where it is kept, in the domain for controllers, else on the machine itself, and never change its password by hand; or install the Advanced Client.",
            ),
            Self::LockedByOthers => (
                "The machine was configured correctly and held the right password, but other machines had locked the account by presenting wrong ones.",
                "Leave the passwords of accounts in use alone: create a second account, let the clients learn of it, then retire the first; until then find the machines with the old password, which `explain` names.",
            ),
            Self::UserNotAdministrator => (
                "The program ran with the user's rights and needs an administrator, which the user is not.",
                "Run the program with administrative rights.",
            ),
            Self::NoNetworkAccessAccount => (
                "Only the Advanced Client's Network Access Account could have made the connection, and none is configured.",
                "Configure a Network Access Account with rights to the share at the client's site, or put the files into the package.",
            ),
            Self::NetworkAccessAccountUnusable => (
                "The Advanced Client's Network Access Account cannot log on to the server.",
                "Unlock or enable the Network Access Account, correct its password in SMS, and give it the right to access servers from the network.",
            ),
            Self::NetworkAccessAccountDenied => (
                "The Advanced Client's Network Access Account may not read the share.",
                "Give the Network Access Account read access to the share, or put the files into the package.",
            ),
            Self::ConnectionAccountDenied => (
                "The Client Connection account, with which the Legacy Client is connected to the server already, may not read the share.",
                "Give the Client Connection account read access to the share, put the share on a server that is not a distribution point of the package, or put the files into the package.",
            ),
            Self::TokenAccountNoNetwork => (
                "The Legacy Client's token account ran the program, and has no rights on the network.",
                "Let the program use the Software Installation Account, or put the files into the package.",
            ),
            Self::TokenAccountDenied => (
                "The token account SMSCliToknAcct& of the domain's controllers may not read the share.",
                "Give Domain Users or SMSCliToknAcct& read access to the share, let the program use a Software Installation Account that has it, or put the files into the package.",
            ),
            Self::InstallationAccountDenied => (
                "The Software Installation Account may not read the share.",
                "Give the Software Installation Account read access to the share.",
            ),
            Self::UserDenied => (
                "The logged-on user may not read the share.",
                "Give the users read access to the share, or put the files into the package.",
            ),
            Self::ComputerAccountDenied => (
                "The computer account may not read the share, and no Network Access Account is configured.",
                "Give Domain Computers read access to the share, or configure a Network Access Account that has it.",
            ),
            Self::DriveNotMapped => (
                "The command line starts from a drive letter that is not mapped in the logon session that runs the program: a user's drives are there for that user alone.",
                "Write the command line with the UNC path of the share, and see that the account that reaches it may read it, or put the files into the package.",
            ),
            Self::ShareUnreachable => (
                "The server of the share, or the way to it, was down.",
                "Restore the server or the link, or put the files into the package.",
            ),
            Self::ProgramFailed => (
                "The program ended with an exit code of failure.",
                "Look the exit code up in the documentation of the program.",
            ),
            Self::MsiFailed => (
                "Windows Installer refused the installation for want of privileges.",
                "Run the program with administrative rights.",
            ),
            Self::PerUserMsiFailed => (
                "Windows Installer was to install the package per user, and did not: the package asks for a user's profile, which the account that ran it does not have (1603), or the policy DisableUserInstalls forbids it (1625).",
                "Install per computer: run the program with administrative rights and ALLUSERS=2 on its command line; or let the user run it, where policy allows that.",
            ),
            Self::StillRunning => (
                "The program was still running at the end of the forecast, or reading the files of its package or of a share (`resource`).",
                "Start earlier, or forecast a longer time.",
            ),
            Self::RunTimeExceeded => (
                "The program ran longer than its maximum run time, and the client stopped watching it.",
                "Raise the maximum run time, or find out what the program waits for.",
            ),
            Self::PerUserIntoService => (
                "The package was installed per user into the profile of the account that ran it, where no user sees it.",
                "Install per computer: add ALLUSERS=2 to the command line.",
            ),
            Self::RestartOutstanding => (
                "The program is installed; the restart that completes it had not happened by the end of the forecast.",
                "Let SMS restart the computer after the program, or ask users to restart.",
            ),
            Self::BrokenAfterSuccess => (
                "The program reported success, and what it had installed broke the machine.",
                "Offer the program to a small first ring, and wait there for at least as long as such damage takes to be found.",
            ),
            Self::NoLocation => (
                "The management point was overloaded with requests, and did not tell this client in time where the content is.",
                "Spread the start of the program over a time, or add capacity to the management point.",
            ),
            Self::OutsideWindow => (
                "The machine was outside its maintenance windows, or what was left of them was shorter than the program's maximum run time.",
                "Widen the maintenance windows, lower the maximum run time of the program, or forecast a longer time.",
            ),
            Self::NotOffered => (
                "The machine's phase was open, but its turn had not come before the end of the forecast.",
                "Raise the rate of offers, shorten the time over which the phase is spread, or forecast a longer time.",
            ),
            Self::HeldBack => (
                "The roll-out had not come to the machine's phase, or it or the phase was paused; decisions.csv tells which rule held it.",
                "See to the failures of the phase before, lower its gate or deferral, or set a deadline.",
            ),
            Self::RolloutAborted => (
                "The roll-out, or the machine's phase of it, was aborted before it came to the machine; decisions.csv tells by which rule and on what figures.",
                "See to the failures that were reported before it was aborted.",
            ),
            Self::HasRunBefore => (
                "The program has run on the machine before, and the advertisement does not run it again.",
                "Say that it runs again, always or if it failed, or advertise another program.",
            ),
            Self::SlowLink => (
                "The link to the client access point was slow, over which the assignment does not hold.",
                "Assign the program over slow links too, or wait for a faster link.",
            ),
            Self::Superseded => (
                "A program that supersedes this one is offered to the machine, or is on it, so this one is not run.",
                "Nothing, if that is what was meant; otherwise offer the two to different machines.",
            ),
            Self::Replaced => (
                "The program was on the machine, and has given way to one that supersedes it.",
                "Nothing, if that is what was meant.",
            ),
            Self::OldNotRemoved => (
                "The program that this one supersedes could not be removed, so this one did not run.",
                "See to the program that removes it, or let this one upgrade it without removing it first.",
            ),
            Self::Uninstalled => (
                "The program was on the machine, and another program has removed it.",
                "Withdraw the advertisement of the program that removes it, if it was to stay.",
            ),
            Self::NoLongerAdvertised => (
                "The last advertisement of the program had expired or been withdrawn, and the Legacy Client has removed it.",
                "Advertise the program for as long as it is wanted, or do not let it be removed.",
            ),
            Self::RemovalPending => (
                "The program is no longer advertised, and its removal was not done by the end of the forecast.",
                "Forecast a longer time, or let the program run whether or not a user is logged on.",
            ),
            Self::RemovalFailed => (
                "The program is no longer advertised, and its removal failed, so that it is still on the machine.",
                "Look the exit code up in the documentation of the program, and remove it by another program.",
            ),
            Self::Withdrawn => (
                "The advertisement was deleted before the program had started on the machine.",
                "Advertise the program for a longer time.",
            ),
            Self::LeftCollection => (
                "The machine had left the collection of the advertisement, so that the program was not started there, or was removed.",
                "Leave the machine in the collection, if it was to have the program.",
            ),
            Self::ClientRemoved => (
                "The Legacy Client was outside the boundaries of its site at its client configuration cycle, and has been removed.",
                "Install the Advanced Client on machines that travel, or the Legacy Client again where they are.",
            ),
            Self::KilledByVerify => (
                "The Legacy Client verified itself while the program ran, which ended the program without a word.",
                "Advertise the program again, or configure the verify cycle of the clients (KB Q246040).",
            ),
            Self::InNoPhase => (
                "The machine is in no phase of the roll-out, so the advertisement is never offered to it.",
                "Let the last phase take the rest: leave out its `share` and `collection`.",
            ),
        }
    }
}
