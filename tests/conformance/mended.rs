//! Every cause of the closed list: provoked, what is said to help applied, and run
//! again. A cause without a case here does not compile.

use crate::lab::{ADVANCED, HQ, LEGACY, Lab, PROGRAM};
use crate::remedies::advised;
use rollcast::outcome::{Cause, Ending, Outcome};
use rollcast::scenario::load_str;

/// What becomes of the machine when what is said to help has been done.
#[derive(Clone, Copy)]
enum After {
    /// The settings of the remedy lead to this outcome.
    Set(Ending),
    /// There are none; what the text says, done by hand, leads to it: a part of the
    /// scenario in the place of another.
    ByHand(&'static str, &'static str),
    /// Nothing in the scenario is wrong, or nothing in it mends it.
    Nothing,
}

use After::{ByHand, Nothing, Set};

const DONE: After = Set(Ending::Installed);
/// The fault ends after two hours.
const ENDS: After = ByHand("at = \"+0 s\"\n", "at = \"+0 s\"\nfor = \"2 h\"\n");

/// The rest of a scenario behind [`HQ`], and what becomes of the machine.
type Case = (String, After);

/// [`HQ`] with machines that look for policy every minute, however long they find
/// none.
fn hq() -> String {
    HQ.replace("\"1 s\"", "\"1 min\"")
}

fn one(parts: &[&str], after: After) -> Vec<Case> {
    let hq = hq();
    vec![(format!("{hq}{}", parts.join("\n")), after)]
}

/// The same for both clients.
fn both(parts: &[&str], after: After) -> Vec<Case> {
    let with = |client: &&str| one(&[&[*client], parts].concat(), after);
    [ADVANCED, LEGACY].iter().flat_map(with).collect()
}

/// A place of its own, in place of [`HQ`].
fn whole(text: &str, after: After) -> Vec<Case> {
    vec![(text.to_owned(), after)]
}

const FILES: &str =
    "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.apps]\nserver = \"FS\"\n";
const READS: &str = "shares = [{ share = \"apps\" }]\n";
const CLOSED: &str = "access = ['Administrators']\n";
const NAA: &str = "[accounts]\nnetwork_access = 'CORP\\naa'\n";
const SWI: &str = "[accounts]\nsoftware_installation = 'CORP\\swi'\n";
const BOXED: &str = "software_installation_account = true\n";
const CONTROLLER: &str = "role = \"domain controller\"\n";
const DOWNLOADS: &str = "[advertisement.p]\non_local = \"download\"\non_remote = \"download\"\n";
const USERS: &str = "[program.p]\nneeds_administrator = false\n";
/// A branch without servers.
const BRANCH: &str = "[site.branch]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n";
const AT_BRANCH: &str = "sites = [\"branch\"]\n";

/// A program `p` that another one, written as `p` too, runs before as `q`.
fn behind(first: &str) -> String {
    let first = first.replace("program.p]", "program.q]");
    format!("{PROGRAM}run_first = \"q\"\n{first}\n")
}

/// The same, where `q` is as `p` but for a key.
fn after(key: &str) -> String {
    behind(&format!("{PROGRAM}{key}"))
}

/// The same, where nobody may read the package of `q`.
fn closed_first() -> String {
    let chain = after("package = \"b\"").replace("run_first", "package = \"a\"\nrun_first");
    format!("[package.a]\n[package.b]\n{CLOSED}{chain}[advertisement.p]\n")
}

/// [`HQ`] with a key of its machines, accounts or sites.
fn with(place: &str, key: &str, parts: &[&str], then: After) -> Vec<Case> {
    let text = hq().replace(place, &format!("{place}\n{key}"));
    vec![(format!("{text}{}", parts.join("\n")), then)]
}

fn within(horizon: &str, cases: Vec<Case>) -> Vec<Case> {
    let shorter = format!("horizon = \"{horizon}\"");
    let cases = cases.into_iter();
    cases
        .map(|(text, after)| (text.replace("horizon = \"10 d\"", &shorter), after))
        .collect()
}

fn server_down(role: &str) -> String {
    format!("[[fault]]\nat = \"+0 s\"\nserver = [\"SMS\"]\nroles = [\"{role}\"]\n")
}

/// Two domains, of which that of the server trusts nobody.
fn two_domains(machine: &str, parts: &[&str]) -> String {
    format!(
        "horizon = \"10 d\"\n[domain.CORP]\n[domain.RES]\n[account.'RES\\net']\n[account.'CORP\\a']\n\
         [site.hq]\n[server.SMS]\ndomain = \"CORP\"\n\
         roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         {machine}\n{}",
        parts.join("\n")
    )
}

/// How a cause is brought about, at least once.
fn provoked(cause: Cause) -> Vec<Case> {
    let reads = &format!("{PROGRAM}{READS}");
    let boxed = &format!("{PROGRAM}{BOXED}");
    let hq = &hq();
    match cause {
        Cause::None => Vec::new(),
        Cause::NotPolled => {
            let slow = |client: &str| format!("{client}poll_interval = \"9 d\"\n");
            let many = |client: &str| slow(client).replace("count = 1", "count = 20");
            [ADVANCED, LEGACY]
                .iter()
                .flat_map(|client| within("2 d", one(&[&many(client), PROGRAM], DONE)))
                .collect()
        }
        Cause::MachineOff => [
            "presence = { up = \"1 h\", down = \"900 h\" }\n",
            "presence = { gone = { share = 1 } }\n",
            "absence = { share = 1, length = \"30 d\" }\n",
            "availability = { days = \"Sun\", from = \"05:00\", to = \"06:00\", jitter = \"0 s\", attendance = 0 }\n",
        ]
        .iter()
        .flat_map(|off| one(&[ADVANCED, off, PROGRAM], DONE))
        .collect(),
        Cause::ContactUnreachable => [ADVANCED, LEGACY]
            .iter()
            .zip(["management point", "client access point"])
            .flat_map(|(client, role)| {
                one(&[client, PROGRAM, &server_down(role)], ENDS)
            })
            .collect(),
        Cause::ContactOverloaded => {
            let busy = "station = { service = \"1 min\", patience = \"2 min\" }";
            let two = format!("{}poll_interval = \"1 h\"\n", LEGACY.replace("count = 1", "count = 600"));
            within("90 min", with("network = \"unlimited\"", busy, &[&two, PROGRAM], DONE))
        }
        Cause::NoLocation => {
            let busy = "station = { service = \"1 min\", patience = \"2 min\" }";
            let many = ADVANCED.replace("count = 1", "count = 90");
            let due = "[advertisement.p]\nassigned = \"+6 h\"\non_local = \"run\"\n";
            let known = "poll_interval = \"5 h\"\n";
            within("7 h 30 min", with("network = \"unlimited\"", busy, &[&many, known, PROGRAM, due], DONE))
        }
        Cause::ClientUninstalled => {
            let fault = format!("{}[advertisement.p]\navailable = \"+2 h\"\n", server_down("client access point"));
            let text = hq.replace("10 d", "70 d");
            let text = format!("{text}{LEGACY}{PROGRAM}{fault}");
            let rotated = "[account.'CORP\\SMSClient_S01']\n[[rotation]]\naccount = 'CORP\\SMSClient_S01'\nat = \"+1 d\"\n\
                [advertisement.p]\navailable = \"+2 d\"\n";
            let lost = hq.replace("10 d", "70 d");
            let lost = format!("{lost}{LEGACY}{PROGRAM}{rotated}");
            vec![
                (text, ByHand("at = \"+0 s\"\n", "at = \"+0 s\"\nfor = \"59 d\"\n")),
                (lost, DONE),
            ]
        }
        Cause::ClientHangs => {
            let three = format!("{}{CONTROLLER}", LEGACY.replace("count = 1", "count = 3"));
            let restarts = format!("{PROGRAM}after_running = \"SMS restarts computer\"\n");
            let race = "[rules]\ntoken_account_race = true\n";
            within("12 h", one(&[race, &three, &restarts], DONE))
        }
        Cause::NotDue => [
            "assigned = \"+11 d\"\n",
            "start_window = { length = \"900 d\" }\n",
            "assigned = \"+11 d\"\nstart_window = { length = \"900 d\", draw = \"fixed\" }\n",
        ]
        .iter()
        .flat_map(|late| both(&[PROGRAM, &format!("[advertisement.p]\n{late}")], DONE))
        .collect(),
        Cause::CountingDown => within(
            "2 h",
            both(&[PROGRAM, "[rules]\ncountdown = \"5 h\"\n"], DONE),
        ),
        Cause::ChosenLater => {
            let later = "[advertisement.p]\nuptake = { delay = \"30 d\" }\n";
            both(&[PROGRAM, later], DONE)
        }
        Cause::NotChosen => {
            let asked = "[advertisement.p]\nassigned = \"optional\"\n";
            let chosen = "[advertisement.p]\nuptake = { share = 0.5 }\n";
            let alone = "user_logged_on = false\n";
            let old = "platform = \"Windows 98\"\n";
            let leaves = &PROGRAM.replace("whether or not a user", "only when no user");
            let first = &after("runs = \"only when a user is logged on\"").replacen("\nruns = \"whether or not a user is logged on\"\n", "\n", 3);
            [
                both(&[PROGRAM, asked], DONE),
                both(&[PROGRAM, "[advertisement.p]\nuptake = { share = 0 }\n"], DONE),
                both(&[alone, USERS, asked], DONE),
                both(&[alone, first, asked], DONE),
                both(&[alone, PROGRAM, chosen], DONE),
                both(&[leaves, asked], DONE),
                one(&[LEGACY, old, alone, USERS, asked], DONE),
            ]
            .concat()
        }
        Cause::PlatformUnsupported => {
            let old = format!("{PROGRAM}platforms = [\"Windows 2000*\"]\n");
            both(&[&old], DONE)
        }
        Cause::Expired => {
            let back = "absence = { length = \"2 d\" }\n";
            both(&[back, PROGRAM, "[advertisement.p]\nexpires = \"+1 d\"\n"], DONE)
        }
        Cause::ExpiredWaiting => both(
            &[PROGRAM, "[advertisement.p]\nexpires = \"+30 min\"\nassigned = \"+1 h\"\n"],
            DONE,
        ),
        Cause::Withdrawn => both(
            &[PROGRAM, "[advertisement.p]\nwithdrawn = \"+30 min\"\nassigned = \"+3 d\"\n"],
            DONE,
        ),
        Cause::NoPointHasContent => {
            let elsewhere = "[package.p]\ndistribution_points = [\"DP\"]\n[site.far]\n[server.DP]\nsite = \"far\"\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n[advertisement.p]\n";
            let lost = "[package.p]\n[advertisement.p]\n[[fault]]\nat = \"+0 s\"\npackage = \"p\"\ndistribution_points = [\"SMS\"]\ncontent = \"missing\"\n";
            let sent = "[package.p]\nsize = \"900 MB\"\n[package.p.sent]\nfrom = \"hq\"\n[server.DP]\nsite = \"branch\"\nroles = [\"distribution point\"]\n\
                [advertisement.p]\non_local = \"download\"\n[rules]\ncache = \"2 GB\"\n";
            let branch = BRANCH.replace("1 Mbit/s\"", "1 Mbit/s\"\nslow_boundary = false");
            let at_branch = &sent.replace("[package.p]\n", "[package.p]\ndistribution_points = [\"DP\"]\n");
            let later = &at_branch.replace("on_local", "assigned = \"+9 d\"\non_local");
            let apart = &branch.replace("parent = \"hq\"\n", "");
            [
                both(&["sites = [\"hq\"]\n", PROGRAM, elsewhere], DONE),
                both(&[PROGRAM, lost], ENDS),
                both(&[PROGRAM, "[package.p.sent]\nat = \"+20 d\"\n"], DONE),
                within("1 h", one(&[ADVANCED, "sites = [\"branch\"]\n", &branch, PROGRAM, sent], DONE)),
                within("1 h", one(&[ADVANCED, AT_BRANCH, &branch, PROGRAM, at_branch], DONE)),
                within("1 h", one(&[ADVANCED, AT_BRANCH, &branch, PROGRAM, later], DONE)),
                within("1 h", one(&[ADVANCED, AT_BRANCH, apart, PROGRAM, at_branch], DONE)),
                within("1 h", one(&[ADVANCED, AT_BRANCH, apart, PROGRAM, later], DONE)),
            ]
            .concat()
        }
        Cause::OnlyRemotePoint => one(&[ADVANCED, AT_BRANCH, BRANCH, PROGRAM], DONE),
        Cause::FallbackPending => {
            let falls = format!("{BRANCH}fallback = [{{ sites = [\"hq\"], after = \"20 d\" }}]\n");
            one(&[ADVANCED, AT_BRANCH, &falls, PROGRAM, DOWNLOADS], DONE)
        }
        Cause::PointProtected => {
            let protected = "protected = true\nboundary = [\"branch\"]";
            let at = |client: &str| {
                let here = format!("{client}sites = [\"hq\"]\n");
                with("network = \"unlimited\"", protected, &[&here, BRANCH, PROGRAM], DONE)
            };
            [at(ADVANCED), at(LEGACY)].concat()
        }
        Cause::ContentAccessDenied => {
            let closed = &format!("[package.p]\n{CLOSED}");
            let deny = "[package.p]\ndeny = ['CORP\\Domain Computers', 'CORP\\Domain Users']\n";
            let fault = "[package.p]\n[[fault]]\nat = \"+0 s\"\npackage = \"p\"\naccess = ['Administrators']\n";
            [
                one(&[LEGACY, &closed_first()], DONE),
                both(&[PROGRAM, closed], DONE),
                both(&[NAA, PROGRAM, closed], DONE),
                both(&[CONTROLLER, PROGRAM, closed], DONE),
                both(&[PROGRAM, deny], DONE),
                both(&[PROGRAM, fault], ENDS),
                one(&[ADVANCED, USERS, closed], DONE),
                one(&[SWI, LEGACY, boxed, closed], DONE),
            ]
            .concat()
        }
        Cause::NoConnectionAccount => {
            let none = "[accounts]\nclient_connection = []\n";
            one(&[none, LEGACY, PROGRAM], DONE)
        }
        Cause::DomainNotTrusted => {
            let corp = |client: &str| format!("{client}domain = \"CORP\"\n");
            let res = |client: &str| format!("{client}domain = \"RES\"\n");
            let handed = "[accounts]\nsoftware_installation = 'RES\\net'\nclient_connection = ['RES\\net']\n";
            let ours = "[accounts]\nsoftware_installation = 'RES\\net'\n";
            let theirs = format!("{handed}network_access = 'RES\\net'\n");
            let closed = FILES.replace("server = \"FS\"\n", &format!("server = \"FS\"\n{CLOSED}")).replace("roles", "domain = \"CORP\"\nroles");
            let workgroup = |text: String| text.replace("[domain.CORP]\n", "[domain.CORP]\nkind = \"workgroup\"\n").replace("[account.'CORP\\a']\n", "");
            let same = "[account.'.\\same']\n";
            [
                whole(&two_domains(&res(ADVANCED), &[PROGRAM]), DONE),
                whole(&two_domains(&res(ADVANCED), &[USERS]), DONE),
                whole(&two_domains(&corp(LEGACY), &[handed, PROGRAM]), DONE),
                whole(&two_domains(&corp(LEGACY), &[ours, boxed]), DONE),
                whole(&two_domains(&res(LEGACY), &[ours, boxed]), DONE),
                whole(&two_domains(&res(ADVANCED), &[&theirs, &closed, reads]), DONE),
                whole(&two_domains(&res(LEGACY), &[&theirs, &closed, &format!("{boxed}{READS}")]), DONE),
                whole(&two_domains(&res(ADVANCED), &[&closed, &format!("{USERS}{READS}")]), DONE),
                whole(&workgroup(two_domains(&res(ADVANCED), &[PROGRAM])), DONE),
                whole(&workgroup(two_domains(&res(ADVANCED), &[same, PROGRAM])), DONE),
                whole(&workgroup(two_domains(&res(ADVANCED), &[same, USERS])), DONE),
                whole(&workgroup(two_domains(&res(ADVANCED), &[USERS])), DONE),
            ]
            .concat()
        }
        Cause::AccountUnknown => {
            let own = "[account.'.\\same']\n[accounts]\nnetwork_access = '.\\same'\nsoftware_installation = '.\\same'\nclient_connection = ['.\\same']\n";
            [
                one(&[own, FILES, ADVANCED, reads], DONE),
                one(&[own, LEGACY, PROGRAM], DONE),
                one(&[own, FILES, LEGACY, &format!("{boxed}{READS}")], DONE),
            ]
            .concat()
        }
        Cause::ConnectionAccountUnusable | Cause::NetworkAccessAccountUnusable | Cause::InstallationAccountUnusable => unusable(cause),
        Cause::NoLogonServer => {
            let slots = format!("{FILES}{}", "[server.FS.authentication]\nslots = 1\nhold = \"30 s\"\npatience = \"45 s\"\n");
            let many = ADVANCED.replace("count = 1", "count = 20");
            let busy = "[server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\nstation = { service = \"30 s\", patience = \"45 s\" }\n";
            let down = "[server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n[[fault]]\nat = \"+0 s\"\nserver = [\"DC\"]\n";
            [
                within("6 min", one(&[NAA, &slots, &many, reads], DONE)),
                within("6 min", one(&[busy, &many, PROGRAM], DONE)),
                one(&[down, ADVANCED, PROGRAM], ENDS),
            ]
            .concat()
            .into_iter()
            .map(|(text, after)| (text.replace("install_time = \"10 min\"", "install_time = \"1 min\""), after))
            .collect()
        }
        Cause::AnswerPending => {
            let slow = "station = { servers = 4, service = \"2 h\", patience = \"9 h\" }";
            let due = "[advertisement.p]\nassigned = \"+3 h\"\non_local = \"run\"\n";
            let known = ADVANCED.replace("count = 1", "count = 2");
            let later = "[server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\nstation = { service = \"2 h\", patience = \"9 h\" }\n";
            let slots = format!("{FILES}{}", "[server.FS.authentication]\nslots = 3\nhold = \"1 h\"\npatience = \"9 h\"\n");
            let at = |cases| within("90 min", cases);
            [
                at(with("network = \"unlimited\"", slow, &[LEGACY, PROGRAM], DONE)),
                at(with("network = \"unlimited\"", slow, &[ADVANCED, PROGRAM], DONE)),
                within("4 h", with("network = \"unlimited\"", slow, &[&known, PROGRAM, due], DONE)),
                at(one(&[later, ADVANCED, PROGRAM], DONE)),
                at(one(&[NAA, FILES, later, ADVANCED, reads], DONE)),
                within("30 min", one(&[NAA, &slots, ADVANCED, reads], DONE)),
            ]
            .concat()
        }
        Cause::LogonPending => {
            let slots = format!("{FILES}{}", "[server.FS.authentication]\nslots = 1\nhold = \"1 h\"\npatience = \"9 h\"\n");
            let two = ADVANCED.replace("count = 1", "count = 20");
            within("2 h", one(&[NAA, &slots, &two, reads], DONE))
        }
        Cause::ClockSkew => {
            let wrong = |whose: &str| format!("[[fault]]\nat = \"+0 s\"\nclock = \"+1 h\"\n{whose}\n");
            [
                one(&[ADVANCED, PROGRAM, &wrong("machine = [\"A1\"]")], DONE),
                one(&[ADVANCED, PROGRAM, &wrong("server = [\"SMS\"]")], DONE),
                one(&[ADVANCED, USERS, &wrong("machine = [\"A1\"]")], ByHand("+1 h", "+1 min")),
                one(&[NAA, FILES, LEGACY, CONTROLLER, reads, &wrong("machine = [\"L1\"]")], DONE),
                one(&[SWI, FILES, LEGACY, CONTROLLER, reads, &wrong("server = [\"FS\"]")], DONE),
            ]
            .concat()
        }
        Cause::CredentialConflict => {
            let on_point = "[share.apps]\nserver = \"SMS\"\n";
            let mapped = "mapped_drives = [\"SMS\"]\n";
            let closed = "[package.p]\naccess = ['CORP\\SMSClient_S01']\n";
            [
                one(&[NAA, on_point, ADVANCED, reads], DONE),
                one(&[LEGACY, mapped, USERS, closed], DONE),
            ]
            .concat()
        }
        Cause::ConnectionLimit => {
            let limit = "connection_limit = 1";
            let many = |client: &str| client.replace("count = 1", "count = 9\naccess = \"1 Mbit/s\"");
            let full = |client: &str| {
                let parts = [many(client), PROGRAM.to_owned(), "[package.p]\nsize = \"40 MB\"\n".to_owned()];
                let parts = parts.each_ref().map(String::as_str);
                within("22 min", with("network = \"unlimited\"", limit, &parts, DONE))
            };
            [full(ADVANCED), full(LEGACY)].concat()
        }
        Cause::ContentUnreachable => {
            let down = server_down("distribution point");
            both(&[PROGRAM, &down], ENDS)
        }
        Cause::CacheTooSmall => {
            let large = format!("[package.p]\nsize = \"300 MB\"\n{DOWNLOADS}");
            one(&[ADVANCED, PROGRAM, &large], DONE)
        }
        Cause::CacheFull => {
            let two = "[package.a]\nsize = \"200 MB\"\n[package.b]\nsize = \"100 MB\"\n\
                [program.\"*\"]\nruns = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n\
                [program.a]\n[program.b]\n[advertisement.\"*\"]\non_local = \"download\"\n\
                [advertisement.a]\n[advertisement.b]\navailable = \"+1 h\"\n\
                [rules]\ncache_tombstone = \"30 d\"\n";
            one(&[ADVANCED, two], DONE)
        }
        Cause::DiskFull => {
            let large = format!("{PROGRAM}disk = \"200 MB\"\n");
            both(&["disk = \"100 MB\"\n", &large], DONE)
        }
        Cause::HashMismatch => {
            let damaged = "[package.p]\n[[fault]]\nat = \"+0 s\"\npackage = \"p\"\ndistribution_points = [\"SMS\"]\n";
            one(&[ADVANCED, PROGRAM, damaged, DOWNLOADS], ByHand("at = \"+0 s\"\n", "at = \"+9 d\"\n"))
        }
        Cause::AwaitsPeer => {
            let many = format!("{}{AT_BRANCH}", ADVANCED.replace("count = 1", "count = 3"));
            let large = format!("[package.p]\nsize = \"200 MB\"\n{DOWNLOADS}[peers]\nwait = \"30 d\"\n");
            within("20 min", one(&[&many, BRANCH, PROGRAM, &large], Set(Ending::InProgress)))
        }
        Cause::StillDownloading => {
            let large = format!("[package.p]\nsize = \"200 MB\"\n{DOWNLOADS}");
            let there = |client: &str| format!("{client}{AT_BRANCH}");
            within("20 min", one(&[&there(ADVANCED), BRANCH, PROGRAM, &large], DONE))
        }
        Cause::NoUser => {
            let away = "user_logged_on = false\n";
            let logon = "[advertisement.p]\nassigned = \"logon\"\n";
            let policy = "[rules]\ndisable_user_installs = true\n";
            [
                both(&[away, "[program.p]\n"], DONE),
                one(&[ADVANCED, away, PROGRAM, "run_first = \"first\"\n[program.first]\n"], DONE),
                both(&["[program.p]\n", logon], DONE),
                both(&[away, PROGRAM, logon], DONE),
                one(&[LEGACY, "platform = \"Windows 98\"\n", "[program.p]\n", logon], DONE),
                both(&[away, "[program.p]\nmsi = { build = \"per-user\" }\n", policy], DONE),
                one(&[NAA, FILES, CLOSED, ADVANCED, away, USERS, READS], DONE),
                one(&[NAA, FILES, CLOSED, ADVANCED, away, USERS, READS, "msi = { build = \"per-user\" }\n"], DONE),
                both(&["sessions = { days = \"Sun\", attendance = 0 }\n", "[program.p]\nevery_user = true\n"], DONE),
            ]
            .concat()
        }
        Cause::UserPresent => {
            let absent = PROGRAM.replace("whether or not a user is", "only when no user is");
            let logoff = "[advertisement.p]\nassigned = \"logoff\"\n";
            [
                both(&[&absent], DONE),
                both(&[PROGRAM, logoff], DONE),
                both(&["user_logged_on = false\n", PROGRAM, logoff], DONE),
                both(&[&behind(&absent), "[advertisement.p]\n"], DONE),
            ]
            .concat()
        }
        Cause::AnotherProgram => {
            let two = "[package.a]\n[program.\"*\"]\nruns = \"whether or not a user is logged on\"\ninstall_time = \"3 h\"\n\
                [program.a]\npackage = \"a\"\n[program.b]\npackage = \"a\"\n[advertisement.\"*\"]\n[advertisement.a]\n[advertisement.b]\n";
            [ADVANCED, LEGACY]
                .iter()
                .flat_map(|client| within("1 h", one(&[client, two], DONE)))
                .collect()
        }
        Cause::DependencyFailed => {
            let chain = "[package.a]\n[program.\"*\"]\nruns = \"whether or not a user is logged on\"\n\
                [program.first]\npackage = \"a\"\nexit_codes = { 1603 = 1 }\n[program.p]\npackage = \"a\"\nrun_first = \"first\"\n[advertisement.p]\n";
            let q = |key: &str| [&after(key), "[advertisement.p]\n"].concat();
            let with_user = |key: &str| {
                let chain = behind(&format!("[program.p]\nrights = \"user\"\n{key}"));
                [&chain, "[advertisement.p]\n"].concat()
            };
            let large = "[package.q]\nsize = \"300 MB\"\n[package.p]\n";
            let downloads = "on_local = \"download\"\n";
            [
                both(&[chain], ByHand("1603 = 1", "0 = 1")),
                both(&[&q("platforms = [\"Windows 2000*\"]")], DONE),
                both(&[&with_user("needs_administrator = true")], DONE),
                both(&[&with_user("msi = { build = \"per-machine\" }")], DONE),
                both(&[&q("maximum_run_time = \"1 h\"").replace("10 min", "uniform(20 h, 30 h)")], DONE),
                both(&["disk = \"100 MB\"\n", &q("disk = \"200 MB\"")], DONE),
                one(&[LEGACY, "user_logged_on = false\n", &with_user("")], DONE),
                one(&[ADVANCED, &closed_first()], DONE),
                one(&[ADVANCED, large, &q("package = \"q\""), downloads], DONE),
            ]
            .concat()
        }
        Cause::DependencyPending => {
            let chain = "[package.a]\n[program.\"*\"]\nruns = \"whether or not a user is logged on\"\n\
                [program.first]\npackage = \"a\"\nafter_running = \"SMS restarts computer\"\ninstall_time = \"1 min\"\n[program.p]\npackage = \"a\"\nrun_first = \"first\"\n[advertisement.p]\n\
                [rules]\nrestart_time = \"2 h\"\n";
            within("1 h", both(&[chain], DONE))
        }
        Cause::ElevationFailed => {
            let backup = "[domain.CORP]\nkind = \"windows nt 4.0\"\n[rules]\nelevation_at_backup_controller = true\n";
            let controller = format!("{LEGACY}{CONTROLLER}");
            let restricted = "[domain.CORP]\nrestricted_groups = true\n";
            let long = &PROGRAM.replace("10 min", "3 h");
            [
                one(&[SWI, backup, &controller, boxed], DONE),
                one(&[restricted, LEGACY, long], DONE),
                one(&[SWI, restricted, LEGACY, &format!("{long}{BOXED}")], DONE),
            ]
            .concat()
        }
        Cause::TokenAccountUnusable => {
            let controller = format!("{LEGACY}{CONTROLLER}");
            let reset = "[[rotation]]\ntoken_account = \"CORP\"\n";
            [
                one(&["[domain.CORP]\ntoken_account = \"locked\"\n", &controller, PROGRAM], DONE),
                one(&[LEGACY, "token_account = \"locked\"\n", PROGRAM], DONE),
                one(&[SWI, LEGACY, "token_account = \"disabled\"\n", boxed], DONE),
                one(&["[domain.CORP]\n", &controller, PROGRAM, reset], DONE),
                one(&["[domain.CORP]\ntoken_account_created = \"+9 d\"\n", &controller, PROGRAM], DONE),
            ]
            .concat()
        }
        Cause::LockedByOthers => locked(),
        Cause::UserNotAdministrator => {
            both(&["[program.p]\nrights = \"user\"\nneeds_administrator = true\n"], DONE)
        }
        Cause::NoNetworkAccessAccount => [
            one(&[FILES, ADVANCED, reads], DONE),
            one(&["[domain.CORP]\nkind = \"windows nt 4.0\"\n", ADVANCED, PROGRAM], DONE),
            // Where no account is declared at all.
            vec![(format!("{hq}{FILES}{ADVANCED}{reads}").replace("[account.'CORP\\naa']\n[account.'CORP\\swi']\n", ""), DONE)],
        ]
        .concat(),
        Cause::NetworkAccessAccountDenied => {
            let deny = format!("{FILES}deny = ['CORP\\naa']\n");
            [
                one(&[NAA, FILES, CLOSED, ADVANCED, reads], DONE),
                one(&[NAA, &deny, ADVANCED, reads], DONE),
            ]
            .concat()
        }
        Cause::ConnectionAccountDenied => {
            let on_point = "[share.apps]\nserver = \"SMS\"\naccess = ['CORP\\naa']\n";
            one(&[on_point, LEGACY, reads], DONE)
        }
        Cause::TokenAccountNoNetwork => {
            let with_user = format!("[program.p]\nrights = \"administrative\"\n{READS}");
            [
                one(&[SWI, FILES, LEGACY, reads], DONE),
                one(&[FILES, LEGACY, reads], DONE),
                one(&[SWI, FILES, LEGACY, &with_user], DONE),
            ]
            .concat()
        }
        Cause::TokenAccountDenied => one(&[FILES, CLOSED, LEGACY, CONTROLLER, reads], DONE),
        Cause::InstallationAccountDenied => {
            one(&[SWI, FILES, CLOSED, LEGACY, &format!("{boxed}{READS}")], DONE)
        }
        Cause::UserDenied => both(&[&format!("{USERS}{READS}{FILES}{CLOSED}")], DONE),
        Cause::ComputerAccountDenied => {
            let first = "[rules]\nnon_sms_share_order = \"computer account first\"\n";
            [
                one(&[first, FILES, CLOSED, ADVANCED, reads], DONE),
                one(&[first, FILES, CLOSED, ADVANCED, CONTROLLER, reads], DONE),
            ]
            .concat()
        }
        Cause::DriveNotMapped => {
            let drive = format!("{PROGRAM}command_line = 'O:\\setup.exe /q'\nshares = [{{ share = \"apps\", command_line = true }}]\n");
            let ticked = format!("{drive}{BOXED}");
            [
                one(&[NAA, FILES, ADVANCED, "mapped_drives = [\"FS\"]\n", &drive], DONE),
                one(&[SWI, FILES, LEGACY, "mapped_drives = [\"FS\"]\n", &ticked], DONE),
            ]
            .concat()
        }
        Cause::ShareUnreachable => {
            let down = "[[fault]]\nat = \"+0 s\"\nserver = [\"FS\"]\n";
            one(&[NAA, FILES, ADVANCED, reads, down], ENDS)
        }
        Cause::ProgramFailed => {
            let fails = format!("{PROGRAM}exit_codes = {{ 1603 = 1 }}\n");
            both(&[&fails], ByHand("1603 = 1", "0 = 1"))
        }
        Cause::MsiFailed => both(
            &["[program.p]\nrights = \"user\"\nmsi = { build = \"per-machine\" }\n"],
            DONE,
        ),
        Cause::PerUserMsiFailed => {
            let asks = format!("{PROGRAM}msi = {{ build = \"per-user\", needs_user_profile = true }}\n");
            let policy = "[program.p]\nrights = \"user\"\nmsi = { build = \"per-user\" }\n[rules]\ndisable_user_installs = true\n";
            [both(&[&asks], DONE), both(&[policy], DONE)].concat()
        }
        Cause::PerUserIntoService => {
            let built = format!("{PROGRAM}msi = {{ build = \"per-user\" }}\n");
            let line = format!("{PROGRAM}command_line = 'msiexec /i a.msi ALLUSERS=\"\" /qn'\n");
            [both(&[&built], DONE), both(&[&line], DONE)].concat()
        }
        Cause::StillRunning => {
            let large = "[package.p]\nsize = \"200 MB\"\n[advertisement.p]\non_remote = \"run\"\n";
            let reads = [ADVANCED, LEGACY].map(|client| {
                let there = format!("{client}{AT_BRANCH}");
                within("20 min", one(&[&there, BRANCH, PROGRAM, large], DONE))
            });
            [within("5 min", both(&[PROGRAM], DONE)), reads.concat()].concat()
        }
        Cause::RunTimeExceeded => {
            let long = format!("{}maximum_run_time = \"1 h\"\n", PROGRAM.replace("10 min", "uniform(20 h, 30 h)"));
            let chain = format!("{long}run_first = \"q\"\n{}[advertisement.p]\n", long.replace("program.p]", "program.q]"));
            let slow = FILES.replace("roles", "network = \"1 Mbit/s\"\nroles");
            let reads = format!("{PROGRAM}{BOXED}maximum_run_time = \"30 min\"\nshares = [{{ share = \"apps\", read = \"2 GB\" }}]\n");
            let first = format!("{reads}run_first = \"q\"\n{}[advertisement.p]\n", reads.replace("program.p]", "program.q]"));
            let accounts = "[accounts]\nnetwork_access = 'CORP\\naa'\nsoftware_installation = 'CORP\\swi'\n";
            let narrow = "maintenance = [{ from = \"22:00\", to = \"24:00\" }]\n";
            let sleeps = "presence = \"office\"\noff = \"sleep\"\n";
            [
                both(&[&long], DONE),
                within("20 h", both(&[&long], DONE)),
                both(&[narrow, &long], DONE),
                one(&[ADVANCED, sleeps, &long.replace("uniform(20 h, 30 h)", "12 h")], DONE),
                both(&[accounts, &slow, &reads], DONE),
                within("2 h", both(&[accounts, &slow, &reads], DONE)),
                both(&[&chain], DONE),
                both(&[accounts, &slow, &first], DONE),
            ]
            .concat()
        }
        Cause::RestartOutstanding => {
            let short = "maintenance = [{ from = \"22:00\", to = \"22:04\" }]\n[rules]\nrestart_time = \"5 min\"\n";
            let quick = |program: &str| format!("{}maximum_run_time = \"3 min\"\n", program.replace("10 min", "1 min"));
            let codes = format!("{PROGRAM}exit_codes = {{ 3010 = 1 }}\n");
            let restarts = format!("{PROGRAM}after_running = \"SMS restarts computer\"\n");
            [
                both(&[&codes], DONE),
                within("12 min", both(&[&restarts], DONE)),
                both(&[short, &quick(&codes)], DONE),
                both(&[short, &quick(&restarts)], DONE),
            ]
            .concat()
        }
        Cause::BrokenAfterSuccess => {
            let breaks = format!("{PROGRAM}breakage = {{ share = 1, detected_after = \"1 h\" }}\n");
            both(&[&breaks], Nothing)
        }
        Cause::OutsideWindow => {
            let narrow = "maintenance = [{ from = \"22:00\", to = \"24:00\" }]\n";
            let long = &PROGRAM.replace("10 min", "3 h");
            let quick = &format!("{PROGRAM}maximum_run_time = \"30 min\"\n");
            let restarts = &format!("{PROGRAM}after_running = \"SMS restarts computer\"\n[rules]\nrestart_time = \"3 h\"\n");
            let unsure = &PROGRAM.replace("10 min", "uniform(30 min, 3 h)");
            let sunday = "maintenance = [{ days = \"Sun\", from = \"22:00\", to = \"24:00\" }]\n";
            let office = "presence = \"office\"\nmaintenance = [{ from = \"02:00\", to = \"04:00\" }]\n";
            let of_collection = format!("[collection.c]\nname = [\"*\"]\n{narrow}[advertisement.p]\ncollection = \"c\"\n");
            [
                both(&[narrow, PROGRAM], DONE),
                both(&[narrow, long], DONE),
                with("[site.hq]", narrow, &[ADVANCED, PROGRAM], DONE),
                with("[site.hq]", narrow, &[ADVANCED, long], DONE),
                one(&[ADVANCED, PROGRAM, &of_collection], DONE),
                one(&[ADVANCED, long, &of_collection], DONE),
                within("2 d", both(&[sunday, quick], DONE)),
                within("2 d", both(&[sunday, PROGRAM], DONE)),
                one(&[ADVANCED, office, quick], DONE),
                both(&[office, PROGRAM], DONE),
                both(&[narrow, quick, "[rules]\ncountdown = \"100 min\"\n"], DONE),
                both(&[narrow, unsure], DONE),
                both(&[narrow, restarts], DONE),
                both(&[narrow, &after("maximum_run_time = \"3 h\"").replacen("install_time", "maximum_run_time = \"30 min\"\ninstall_time", 1), "[advertisement.p]\n"], DONE),
            ]
            .concat()
        }
        Cause::NotOffered => {
            let many = ADVANCED.replace("count = 1", "count = 200");
            [
                within("2 h", one(&[&many, PROGRAM, "[advertisement.p]\nrate = { per_minute = 1 }\n"], DONE)),
                within("2 h", one(&[&many, PROGRAM, "[advertisement.p]\nphases = [{ spread = \"9 h\" }]\n"], DONE)),
            ]
            .concat()
        }
        Cause::HeldBack => {
            let many = ADVANCED.replace("count = 1", "count = 50");
            let fails = format!("{PROGRAM}exit_codes = {{ 1603 = 1 }}\n");
            one(&[&many, &fails, "[advertisement.p]\nphases = [{ share = 0.5 }, {}]\n"], Set(Ending::Failed))
        }
        Cause::RolloutAborted => {
            let many = ADVANCED.replace("count = 1", "count = 50");
            let fails = format!("{PROGRAM}exit_codes = {{ 1603 = 1 }}\n");
            one(&[&many, &fails, "[advertisement.p]\nrate = { per_minute = 1 }\nstop = [{ share = 0.1 }]\n"], Nothing)
        }
        Cause::InNoPhase => {
            let many = ADVANCED.replace("count = 1", "count = 50");
            let quick = "gate = { successes = 1 }, deferral = \"0 s\"";
            [
                one(&[&many, PROGRAM, "[advertisement.p]\nphases = [{ share = 0.2 }]\n"], DONE),
                one(&[&many, PROGRAM, &format!("[advertisement.p]\nphases = [{{ share = 0.2, {quick} }}, {{ share = 0.1 }}]\n")], DONE),
            ]
            .concat()
        }
        Cause::HasRunBefore => both(
            &["installed = { p = 1 }\n", PROGRAM, "[advertisement.p]\nrerun = \"never\"\n"],
            DONE,
        ),
        Cause::SlowLink => {
            let slow = BRANCH.replace("1 Mbit/s\"", "32 kbit/s\"\nslow_boundary = false");
            let waived = "[package.p]\nsize = \"1 kB\"\n[advertisement.p]\nnot_over_slow_links = true\n";
            one(&[LEGACY, AT_BRANCH, &slow, PROGRAM, waived], DONE)
        }
        Cause::Superseded | Cause::Replaced | Cause::OldNotRemoved | Cause::Uninstalled => taken_over(cause),
        Cause::NoLongerAdvertised => one(&[LEGACY, WITHDRAWING], DONE),
        Cause::RemovalPending => within("49 h", one(&[LEGACY, WITHDRAWING], Set(Ending::Removed))),
        Cause::RemovalFailed => {
            let fails = WITHDRAWING.replace("[program.remove]\n", "[program.remove]\nexit_codes = { 1603 = 1 }\n");
            one(&[LEGACY, &fails], Nothing)
        }
        Cause::LeftCollection => {
            let left = "[collection.c]\nname = [\"*\"]\n[advertisement.p]\ncollection = \"c\"\nassigned = \"+2 d\"\n\
                [[membership]]\ncollection = \"c\"\nfleet = [\"*\"]\nleaves = \"+1 d\"\n";
            both(&[PROGRAM, left], ByHand("leaves = \"+1 d\"", "leaves = \"+9 d\""))
        }
        Cause::ClientRemoved => {
            let away = "[[stay]]\nmachine = [\"L1\"]\nsite = \"branch\"\nat = \"+1 h\"\nfor = \"26 h\"\n[advertisement.p]\nassigned = \"+3 d\"\n\
                [rules]\nlegacy_removed_outside = true\n";
            one(&[LEGACY, "sites = [\"hq\"]\n", BRANCH, PROGRAM, away], DONE)
        }
        Cause::KilledByVerify => {
            let many = LEGACY.replace("count = 1", "count = 40");
            let long = format!("{}maximum_run_time = \"9 d\"\n", PROGRAM.replace("10 min", "3 d"));
            one(&[&many, &long, "[rules]\nverify_cycle = \"4 d\"\n"], DONE)
        }
    }
}

/// A program that is removed when it is withdrawn after two days.
const WITHDRAWING: &str = "[program.p]\nruns = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n\
    uninstall = \"remove\"\nuninstall_when_not_advertised = true\n[program.remove]\ninstall_time = \"3 h\"\n\
    [advertisement.p]\nwithdrawn = \"+2 d\"\n";

/// An account of each kind in each state, and one that the scenario changes.
fn unusable(cause: Cause) -> Vec<Case> {
    let hq = hq();
    let boxed = format!("{PROGRAM}{BOXED}");
    let reads = format!("{PROGRAM}{READS}");
    let (name, parts): (&str, &[&str]) = match cause {
        Cause::ConnectionAccountUnusable => (
            "c",
            &[
                "[accounts]\nclient_connection = ['CORP\\c']\n",
                LEGACY,
                PROGRAM,
            ],
        ),
        Cause::NetworkAccessAccountUnusable => (
            "c",
            &[
                "[accounts]\nnetwork_access = 'CORP\\c'\n",
                FILES,
                ADVANCED,
                &reads,
            ],
        ),
        _ => (
            "c",
            &[
                "[accounts]\nsoftware_installation = 'CORP\\c'\n",
                LEGACY,
                &boxed,
            ],
        ),
    };
    let states = [
        "state = \"locked\"",
        "state = \"disabled\"",
        "state = \"expired\"",
        "state = \"password expired\"",
        "state = \"wrong password\"",
        "state = \"missing\"",
    ];
    let own = format!("[account.'CORP\\{name}']");
    let in_state = |state: &str| {
        let text = hq.replace(
            "[account.'CORP\\naa']\n",
            &format!("{own}\n{state}\n[account.'CORP\\naa']\n"),
        );
        format!("{text}{}", parts.join("\n"))
    };
    let fault = "[[fault]]\nat = \"+0 s\"\naccount = 'CORP\\c'\nstate = \"disabled\"\n";
    let rotation = "[[rotation]]\naccount = 'CORP\\c'\nknown_to_sms = \"+9 d\"\n";
    let declared = states.iter().map(|state| (in_state(state), DONE));
    let moved = [fault, rotation].map(|change| (format!("{}{change}", in_state("")), DONE));
    let mut all: Vec<Case> = declared.chain(moved).collect();
    if cause == Cause::InstallationAccountUnusable {
        let none = format!("{hq}{LEGACY}{boxed}");
        let old = format!("{hq}{SWI}{LEGACY}platform = \"Windows 98\"\n{boxed}");
        all.extend([(none, DONE), (old, DONE)]);
    } else {
        all.push((in_state("network_logon = false"), DONE));
    }
    all
}

/// An account that others have locked.
fn locked() -> Vec<Case> {
    let token = "horizon = \"12 h\"\n[rules]\ntoken_accounts_share_name = true\n[domain.CORP]\nlockout = {}\n[site.hq]\n\
        [server.HQ-DC]\nsite = \"hq\"\nroles = [\"domain controller\", \"client access point\"]\n\
        [fleet.workstation]\nper_site = 10\nclient = \"legacy\"\n\
        [fleet.dc]\nper_site = 2\nclient = \"legacy\"\nrole = \"domain controller\"\n\
        [program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\ninstall_time = \"1 min\"\n\
        [collection.controllers]\nrole = [\"domain controller\"]\n\
        [advertisement.p]\ncollection = \"controllers\"\nassigned = \"+4 h 40 min\"\n";
    let herd = "horizon = \"5 h\"\n[domain.CORP]\nlockout = { threshold = 3 }\npdc = \"HQ-DC\"\n\
        [account.'CORP\\naa']\n[account.'CORP\\other']\n[accounts]\nnetwork_access = 'CORP\\naa'\n[site.hq]\n[site.lab]\nparent = \"hq\"\n\
        [server.HQ-DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n[server.\"{site}-DP\"]\nsites = [\"*\"]\nroles = [\"distribution point\"]\n\
        [server.FILES]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.tools]\naccess = ['CORP\\Domain Users']\n\
        [fleet.stale]\nsites = [\"hq\"]\nper_site = 10\npoll_interval = \"4 h\"\n[fleet.fresh]\nsites = [\"lab\"]\nper_site = 10\npoll_interval = \"10 min\"\n\
        [package.tool]\nsize = \"1 kB\"\n[program.tool]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        shares = [{ share = \"tools\" }]\ninstall_time = \"1 min\"\n[collection.stale]\nfleet = [\"stale\"]\n[collection.fresh]\nfleet = [\"fresh\"]\n\
        [advertisement.first]\nprogram = \"tool\"\ncollection = \"stale\"\nassigned = \"+261 min\"\n\
        [advertisement.second]\nprogram = \"tool\"\ncollection = \"fresh\"\nassigned = \"+275 min\"\n\
        [[rotation]]\naccount = 'CORP\\naa'\nat = \"+4 h\"\n";
    [whole(token, DONE), whole(herd, DONE)].concat()
}

/// Programs that take the place of others.
fn taken_over(cause: Cause) -> Vec<Case> {
    let programs = "[program.\"*\"]\nruns = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n\
        [program.old]\nuninstall = \"remove\"\n[program.remove]\n[program.new]\nsupersedes = [\"old\"]\n";
    let fails = programs
        .replace(
            "[program.remove]\n",
            "[program.remove]\nexit_codes = { 1603 = 1 }\n",
        )
        .replace("supersedes =", "uninstall_first = true\nsupersedes =");
    let before = "installed = { old = 1 }\n";
    let later = "[advertisement.old]\n[advertisement.new]\nassigned = \"+2 d\"\n";
    let now =
        "[advertisement.old]\nassigned = \"+8 d\"\n[advertisement.new]\navailable = \"+2 d\"\n";
    let removal = "[advertisement.old]\n[advertisement.remove]\nassigned = \"+2 d\"\n";
    match cause {
        Cause::Superseded => one(&[ADVANCED, programs, now], Nothing),
        Cause::Replaced => {
            let later = later.replace(
                "[advertisement.new]\n",
                "[advertisement.new]\navailable = \"+1 d\"\n",
            );
            one(&[ADVANCED, programs, &later], Nothing)
        }
        Cause::Uninstalled => one(&[ADVANCED, programs, removal], Nothing),
        _ => one(&[ADVANCED, before, &fails, "[advertisement.new]\n"], DONE),
    }
}

/// The first row with `cause`, or with that of a program to run first.
fn row_of(lab: &Lab, cause: Cause) -> Option<(String, String)> {
    let is_of = |row: &Outcome| row.cause == cause || row.innermost() == cause;
    let mut rows = lab.rows().filter(|(_, _, row)| is_of(row));
    let (machine, advertisement, _) = rows.next()?;
    Some((machine.to_owned(), advertisement.to_owned()))
}

/// What is wrong with a case, if anything is.
fn wrong(cause: Cause, text: &str, after: &After) -> Option<String> {
    if let Err(problems) = load_str(text, &[]) {
        return Some(format!("is not a scenario: {}", problems.render(false)));
    }
    let lab = Lab::of(text, &[]);
    let Some((machine, advertisement)) = row_of(&lab, cause) else {
        let rows: Vec<_> = lab
            .rows()
            .map(|(_, _, row)| (row.ending, row.cause))
            .take(3)
            .collect();
        return Some(format!("is not provoked: {rows:?}"));
    };
    let remedy = advised(&lab, &machine, &advertisement);
    let settings: Vec<&str> = remedy.settings.iter().map(String::as_str).collect();
    if remedy.text.is_empty() || settings.is_empty() == remedy.no_setting.is_empty() {
        return Some(format!(
            "says neither what helps nor why nothing does: {remedy:?}"
        ));
    }
    if let Err(problems) = load_str(text, &remedy.settings) {
        return Some(format!("{settings:?}: {}", problems.render(false)));
    }
    let (again, expected) = match after {
        Set(ending) if settings.is_empty() => {
            return Some(format!("no setting leads to {ending:?}: {remedy:?}"));
        }
        Set(ending) => (Lab::of(text, &settings), *ending),
        ByHand(..) | Nothing if !settings.is_empty() => {
            return Some(format!("has settings after all: {settings:?}"));
        }
        ByHand(from, to) => {
            assert!(text.contains(from), "{cause:?}: no {from} in {text}");
            let edited = text.replace(from, to);
            if let Err(problems) = load_str(&edited, &[]) {
                return Some(format!("by hand: {}", problems.render(false)));
            }
            (Lab::of(&edited, &[]), Ending::Installed)
        }
        Nothing => return None,
    };
    let row = again.row(&machine, &advertisement);
    (row.ending != expected || row.cause == cause)
        .then(|| format!("{settings:?} lead to {:?} ({:?})", row.ending, row.cause))
}

/// A setting changes what exists by default, and takes nothing of it away.
#[test]
fn what_is_set_of_one_advertisement_leaves_those_that_no_one_wrote() {
    let hq = hq();
    let two = format!("{hq}{ADVANCED}[package.a]\n[package.b]\n");
    for settings in [
        &[][..],
        &["advertisement.a.on_local=\"download\""],
        &["program.a.rights=\"administrative\""],
    ] {
        let lab = Lab::of(&two, settings);
        let endings: Vec<_> = lab.rows().map(|(_, of, row)| (of, row.ending)).collect();
        let installed = ["a", "b"].map(|of| (of, Ending::Installed));
        assert_eq!(endings, installed, "{settings:?}");
    }
}

#[test]
fn every_cause_is_provoked_and_what_is_said_to_help_is_applied_and_run_again() {
    let mut faults = Vec::new();
    for cause in Cause::ALL.iter().filter(|cause| **cause != Cause::None) {
        let cases = provoked(*cause);
        assert!(!cases.is_empty(), "{cause:?} has no case");
        for (at, (text, after)) in cases.iter().enumerate() {
            if let Some(fault) = wrong(*cause, text, after) {
                faults.push(format!("{} {at}: {fault}", cause.name()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is said to help in each of some scenarios helps there.
fn all_mended(cases: &[(Cause, String)]) {
    let faults = cases.iter().enumerate().filter_map(|(at, (cause, text))| {
        let fault = wrong(*cause, text, &DONE)?;
        Some(format!("{} {at}: {fault}", cause.name()))
    });
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_program_of_a_chain_that_runs_without_users_runs_for_every_user() {
    let hq = hq();
    let alone = "user_logged_on = false\n";
    let first = "[program.p]\nrun_first = \"q\"\nrights = \"administrative\"\n[program.q]\nevery_user = true\n";
    let both = first.replace("rights", "every_user = true\nrights");
    let cases: Vec<_> = [ADVANCED, LEGACY]
        .iter()
        .flat_map(|client| [first, &both].map(|chain| format!("{hq}{client}{alone}{chain}")))
        .map(|text| (Cause::NoUser, text))
        .collect();
    all_mended(&cases);
}

/// The forecast ends while the first of many occurrences is under way, each of which takes
/// longer than the time after which another one is due.
#[test]
fn what_comes_round_before_it_can_end_is_forecast_to_its_end() {
    let slow = BRANCH.replace("1 Mbit/s", "256 kbit/s");
    let mut cases = Vec::new();
    for client in [ADVANCED, LEGACY] {
        let base = hq().replace("10 d", "1 h");
        let client = client.replace("count = 1", "count = 2");
        let text = format!(
            "{base}{client}{AT_BRANCH}{slow}[package.p]\nsize = \"100 MB\"\n{PROGRAM}\
             [advertisement.p]\nassigned = \"+0 s\"\nrecurs = \"37 min\"\non_remote = \"run\"\n"
        );
        // A program that reads is running.
        cases.push((Cause::StillRunning, text));
        let base = hq().replace("10 d", "4 h");
        let long = PROGRAM.replace("10 min", "5 h");
        let text = format!(
            "{base}{client}{long}maximum_run_time = \"9 h\"\n[advertisement.p]\nassigned = \"+0 s\"\nrecurs = \"1 d\"\n"
        );
        cases.push((Cause::StillRunning, text));
    }
    all_mended(&cases);
}

#[test]
fn a_program_that_exceeded_its_time_in_a_round_gets_more_of_it() {
    let base = hq().replace("10 d", "31 h");

    let slow = BRANCH.replace("1 Mbit/s", "8 kbit/s");
    let text = format!(
        "{base}{LEGACY}{AT_BRANCH}{slow}{FILES}{PROGRAM}shares = [{{ share = \"apps\", read = \"30 MB\" }}]\nmaximum_run_time = \"6 h\"\n\
         [advertisement.p]\nassigned = \"+0 s\"\nrecurs = \"1 d\"\n"
    );
    let boxed = text.replace(
        "maximum_run",
        "software_installation_account = true\nmaximum_run",
    );
    all_mended(&[(Cause::RunTimeExceeded, format!("{boxed}{SWI}"))]);
}

#[test]
fn the_installation_account_that_is_ticked_is_admitted_to_the_share() {
    let closed = FILES.replace("[share.apps]\n", &format!("[share.apps]\n{CLOSED}"));
    let reads = format!("{PROGRAM}{READS}");
    let hq = hq();
    all_mended(&[(
        Cause::TokenAccountNoNetwork,
        format!("{hq}{SWI}{closed}{LEGACY}{reads}"),
    )]);
}

#[test]
fn a_cache_takes_what_is_to_be_downloaded_in_place_of_run() {
    let large = "[package.p]\nsize = \"300 MB\"\n";
    let hq = hq();
    let text = format!("{hq}{ADVANCED}{AT_BRANCH}{BRANCH}{large}{PROGRAM}");
    all_mended(&[(Cause::OnlyRemotePoint, text)]);
}
