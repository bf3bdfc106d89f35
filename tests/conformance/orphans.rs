//! Legacy Clients that are lost: no client access point for sixty days (KB
//! Q227033, Q236052), services that hang (KB Q278345), a token account whose
//! password somebody has reset (`TechNet` cc181332).

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, ReportFate, ReportState, Step};
use rollcast::world::ServerRole;

const LATER: &str = "[advertisement.p]\navailable = \"+2 h\"\n";
const DOWN: &str =
    "[[fault]]\nat = \"+1 h\"\nserver = [\"SMS\"]\nroles = [\"client access point\"]\n";

#[test]
fn q227033_a_legacy_client_without_a_client_access_point_for_sixty_days_uninstalls_itself() {
    let lab = Lab::set(&[LEGACY, PROGRAM, LATER, DOWN], &["horizon=70 d"]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause, row.step),
        (Ending::Unaware, Cause::ClientUninstalled, Step::Policy)
    );
    assert_eq!(row.state, ReportState::NoStatus, "the site hears nothing");
    assert!(!row.policy.is_some() && !row.report.is_some());
    // It asks every hour, from 2 h to 60 d and 1 h.
    let asked = lab.server("SMS", ServerRole::ClientAccessPoint);
    assert_eq!((asked.requests, asked.refusals), (1440, 1440));
    let gone = |(when, entry): &(_, Entry)| {
        *when == at(60 * DAY + HOUR) && *entry == Entry::Uninstalls(at(HOUR).into())
    };
    assert!(lab.diary("L1").iter().any(gone), "explain tells it");
}

#[test]
fn a_client_access_point_that_is_back_in_time_keeps_the_client() {
    let back = DOWN.to_owned() + "for = \"59 d\"\n";
    let row = Lab::set(&[LEGACY, PROGRAM, LATER, &back], &["horizon=70 d"]).only();
    assert_eq!(
        (row.ending, row.policy),
        (Ending::Installed, at(59 * DAY + HOUR))
    );
    // The time is a setting.
    let row = Lab::set(
        &[LEGACY, PROGRAM, LATER, &back],
        &["horizon=70 d", "rules.orphan_after=30 d"],
    )
    .only();
    assert_eq!(row.cause, Cause::ClientUninstalled);
}

#[test]
fn an_advanced_client_waits_for_its_management_point_for_ever() {
    let down = DOWN.replace("client access", "management");
    let hourly = ADVANCED.to_owned() + "poll_interval = \"1 h\"\n";
    let row = Lab::set(&[&hourly, PROGRAM, LATER, &down], &["horizon=70 d"]).only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Unaware, Cause::ContactUnreachable)
    );
}

/// What it had accepted it does not do any more, and nobody is told.
#[test]
fn a_client_that_uninstalls_itself_leaves_undone_what_it_had_accepted() {
    let down = DOWN.replace("roles = [\"client access point\"]\n", "");
    let due = "[advertisement.p]\nassigned = \"+2 h\"\n";
    let lab = Lab::set(&[LEGACY, PROGRAM, due, &down], &["horizon=70 d"]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Failed, Cause::ClientUninstalled)
    );
    assert_eq!(row.state, ReportState::Retrying, "as the site heard last");
    assert!(!row.report.is_some());
    // Every ten minutes from 2 h to 60 d and 1 h, when it is gone.
    assert_eq!(row.attempts, (60 * 24 - 1) * 6);
    // One that only waits is gone as well.
    let far = "[advertisement.p]\nassigned = \"+69 d\"\n";
    let row = Lab::set(&[LEGACY, PROGRAM, far, &down], &["horizon=70 d"]).only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Failed, Cause::ClientUninstalled)
    );
    let beyond = "[advertisement.p]\nassigned = \"+80 d\"\n";
    let row = Lab::set(&[LEGACY, PROGRAM, beyond, &down], &["horizon=70 d"]).only();
    assert_eq!(row.cause, Cause::ClientUninstalled);
}

/// The password of the only Client Connection account is changed: the client
/// never learns the new one.
#[test]
fn q236052_a_client_whose_only_account_has_another_password_is_an_orphan_and_goes() {
    let hourly = LEGACY.to_owned() + "poll_interval = \"1 h\"\n";
    let changed = "[[rotation]]\naccount = 'CORP\\SMSClient_S01'\nat = \"+1 d\"\n";
    let later = "[advertisement.p]\navailable = \"+2 d\"\n";
    let run = |more: &str| Lab::set(&[&hourly, PROGRAM, later, changed, more], &["horizon=70 d"]);
    let lab = run("");
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Unaware, Cause::ClientUninstalled)
    );
    let gone = lab
        .diary("L1")
        .into_iter()
        .find_map(|(when, entry)| match entry {
            Entry::Uninstalls(since) => Some((when, since)),
            _ => None,
        });
    let (when, since) = gone.expect("explain tells it");
    assert_eq!(since, at(DAY).into());
    assert!(at(61 * DAY) <= when && when < at(61 * DAY + HOUR));
    // With a second account there is no orphan (KB Q237759).
    let second = "[account.'CORP\\second']\n[account.'CORP\\SMSClient_S01']\n[accounts]\nclient_connection = ['CORP\\SMSClient_S01', 'CORP\\second']\n";
    assert_eq!(run(second).only().ending, Ending::Installed);
}

/// Three controllers whose program restarts them.
const CONTROLLERS: &str = "count = 3\nrole = \"domain controller\"\n[program.p]\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\nafter_running = \"SMS restarts computer\"\n";

fn controllers(client: &str, rules: &str) -> Lab {
    let three = client.replace("count = 1\n", "");
    Lab::new(&[rules, &three, CONTROLLERS])
}

fn reports(lab: &Lab) -> Vec<rollcast::units::Instant> {
    let mut reports: Vec<_> = lab.rows().map(|(_, _, row)| row.report).collect();
    reports.sort_unstable();
    reports
}

#[test]
fn q278345_of_controllers_that_start_within_replication_only_the_last_comes_up() {
    let race = "[rules]\ntoken_account_race = true\n";
    let lab = controllers(LEGACY, race);
    // Up again after 15 min, replication takes 5 min; who hangs is started again
    // after 23 h, together with the others, and so on.
    let turn = 23 * HOUR + 5 * 60;
    let first = 20 * 60;
    assert_eq!(
        reports(&lab),
        [at(first), at(first + turn), at(first + 2 * turn)]
    );
    let hangs = |(_, entry): &(_, Entry)| matches!(entry, Entry::Hangs(_));
    assert!(lab.diary("L1").iter().any(hangs), "the first to write");
    // Meanwhile it has installed, and says nothing.
    let early = Lab::set(
        &[race, &LEGACY.replace("count = 1\n", ""), CONTROLLERS],
        &["horizon=12 h"],
    );
    let row = early.row("L1", "p");
    assert_eq!(
        (row.ending, row.cause),
        (Ending::RestartPending, Cause::ClientHangs)
    );
    assert!(row.run_end.is_some() && !row.report.is_some());
}

#[test]
fn from_sms_2_0_sp4_on_and_with_advanced_clients_no_service_hangs() {
    for (client, rules) in [
        (LEGACY, ""),
        (ADVANCED, "[rules]\ntoken_account_race = true\n"),
    ] {
        assert_eq!(reports(&controllers(client, rules)), [at(15 * 60); 3]);
    }
}

/// Controllers at sites that share nothing else are simulated together then.
#[test]
fn controllers_of_several_sites_wait_for_each_other() {
    let two = "[site.branch]\nparent = \"hq\"\n[rules]\ntoken_account_race = true\n\
        [server.BR-DP]\nsite = \"branch\"\nroles = [\"distribution point\"]\n";
    let lab = Lab::new(&[
        two,
        &LEGACY.replace("count = 1\n", ""),
        &CONTROLLERS.replace("count = 3", "per_site = 1"),
    ]);
    let reports = reports(&lab);
    assert_eq!(reports.len(), 2);
    assert!(reports[1] >= at(23 * HOUR), "{reports:?}");
}

const RESET: &str = "[[rotation]]\ntoken_account = \"CORP\"\nat = \"+1 h\"\n";

fn eight(client: &str) -> String {
    client.replace("count = 1", "count = 8\nrole = \"domain controller\"")
}

/// Only tools of SMS may change its passwords: the controllers go on presenting
/// the one they know.
#[test]
fn cc181332_a_token_account_that_is_reset_by_hand_is_locked_by_its_own_controllers() {
    let due = "[advertisement.p]\nassigned = \"+2 h\"\n";
    let policy = "[domain.CORP.lockout]\nthreshold = 5\n";
    let codes = |policy: &str| {
        let lab = Lab::new(&[policy, &eight(LEGACY), PROGRAM, due, RESET]);
        let mut codes = Vec::new();
        for (machine, _, row) in lab.rows() {
            assert_eq!(
                (row.ending, row.cause),
                (Ending::Failed, Cause::TokenAccountUnusable),
                "{machine}"
            );
            codes.push(row.code.expect("refused"));
        }
        codes.sort_unstable();
        codes
    };
    assert_eq!(codes(""), [1326; 8]);
    let mut locked = vec![1326; 5];
    locked.extend([1909; 3]);
    assert_eq!(codes(policy), locked, "five bad passwords lock it");
    let advanced = Lab::new(&[policy, &eight(ADVANCED), PROGRAM, due, RESET]);
    assert!(
        advanced
            .rows()
            .all(|(_, _, row)| row.ending == Ending::Installed)
    );
}

#[test]
fn once_sms_has_set_the_password_anew_controllers_run_programs_again() {
    let known = RESET.to_owned() + "known_to_sms = \"+3 h\"\n";
    let ads = "[advertisement.before]\nprogram = \"p\"\nassigned = \"+2 h\"\n\
        [advertisement.after]\nprogram = \"p\"\nassigned = \"+4 h\"\n[domain.CORP.lockout]\nthreshold = 5\n";
    let lab = Lab::new(&[&eight(LEGACY), PROGRAM, ads, &known]);
    for (machine, advertisement, row) in lab.rows() {
        let wanted = if advertisement == "after" {
            Ending::Installed
        } else {
            Ending::Failed
        };
        assert_eq!(row.ending, wanted, "{machine}");
    }
}

#[test]
fn rotations_of_token_accounts_that_cannot_be_are_errors() {
    let two = RESET.to_owned() + "account = 'CORP\\naa'\n";
    let text = complaints(&[&two]);
    assert!(text.contains("this one names two"), "{text}");
    let text = complaints(&[&(RESET.to_owned() + "known_to_sms = \"+0 s\"\n")]);
    assert!(text.contains("before it is changed"), "{text}");
}

#[test]
fn nobody_gives_up_at_the_first_server_that_is_down() {
    let text = complaints(&[LEGACY, PROGRAM, "[rules]\norphan_after = \"0 s\"\n"]);
    assert!(
        text.contains("`0 s` is too short; `1 s` is the least"),
        "{text}"
    );
}

#[test]
fn a_message_at_a_machine_is_not_sent_once_its_client_is_gone() {
    // The machine has the program from the start, and says so at two o'clock.
    let program = PROGRAM.replace("10 min", "2 h");
    let back = |days: u64| format!("{DOWN}for = \"{days} d\"\n");
    let parts = |fault: &str, more: &str| {
        let ad = "[advertisement.p]\n";
        let lab = [LEGACY, &program, ad, fault, more].map(str::to_owned);
        lab.join("\n")
    };
    let run = |days: u64, more: &str| {
        let text = parts(&back(days), more);
        Lab::set(&[&text], &["horizon=70 d"])
    };
    let heard = |lab: &Lab| (lab.only().ending, lab.only().report_fate);
    for retry in ["60 min", "3 d"] {
        let reports = format!("[reports]\nretry = \"{retry}\"\n");
        let kept = run(58, &reports);
        assert_eq!(
            heard(&kept),
            (Ending::Installed, ReportFate::Heard),
            "{retry}"
        );
        let lost = run(62, &reports);
        assert_eq!(
            heard(&lost),
            (Ending::Installed, ReportFate::AtMachine),
            "{retry}"
        );
        let diary = lost.diary("L1");
        let stays = |(_, entry): &(_, Entry)| matches!(entry, Entry::ReportStays(_));
        assert!(diary.iter().any(stays), "explain tells it");
    }
}

#[test]
fn a_row_of_a_client_that_is_gone_tells_of_no_try() {
    let point = "[[fault]]\nat = \"+0 h\"\nserver = [\"SMS\"]\nroles = [\"distribution point\"]\n";
    let lab = Lab::set(
        &[LEGACY, PROGRAM, "[advertisement.p]\n", DOWN, point],
        &["horizon=70 d"],
    );
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Failed, Cause::ClientUninstalled)
    );
    assert_eq!((row.code, row.distribution_point), (None, None));
    assert!(row.attempts > 1);
}
