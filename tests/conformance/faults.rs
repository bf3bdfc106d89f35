//! Servers, links, controllers, content and access lists that fail or change.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, ReportState};
use rollcast::units::Size;
use rollcast::world::LinkKind;

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];
const BRANCH: &str = "[site.branch]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\nslow_boundary = false\n";
const THERE: &str = "sites = [\"branch\"]\n";
const DOWNLOAD: &str = "[advertisement.p]\non_local = \"download\"\n";

#[test]
fn while_the_contact_point_is_down_nobody_learns_of_anything() {
    for (machine, client) in BOTH {
        let hourly = client.to_owned() + "poll_interval = \"1 h\"\n";
        let fault = "[[fault]]\nat = \"+0 s\"\nfor = \"5 h\"\nserver = [\"SMS\"]\n";
        let lab = Lab::new(&[&hourly, PROGRAM, fault]);
        let row = lab.row(machine, "p");
        assert_eq!(row.ending, Ending::Installed);
        assert!(
            at(5 * HOUR) <= row.policy && row.policy < at(6 * HOUR),
            "{machine}: at the next poll"
        );
        let unreachable = lab
            .diary(machine)
            .iter()
            .filter(|(_, e)| matches!(e, Entry::Unreachable(_)))
            .count();
        assert_eq!(unreachable, 5, "{machine}: once an hour");
    }
}

#[test]
fn content_waits_for_a_server_that_is_down_and_the_next_try_gets_through() {
    let point = "[server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\n\
        [package.p]\ndistribution_points = [\"DP\"]\n[[fault]]\nat = \"+0 s\"\nfor = \"65 min\"\nserver = [\"DP\"]\n";
    for (machine, client) in BOTH {
        let row = Lab::new(&[client, PROGRAM, point]).row(machine, "p");
        // Every ten minutes: 0, 10, ..., 60, 70.
        assert_eq!(
            (row.ending, row.run_start, row.attempts),
            (Ending::Installed, at(70 * 60), 8),
            "{machine}"
        );
    }
}

#[test]
fn bits_goes_on_where_a_server_stopped_and_smb_starts_again() {
    // 10 MB at 1 Mbit/s: 80 s. After 40 s the server is gone for an hour.
    let fault = "[[fault]]\nat = \"+40 s\"\nfor = \"1 h\"\nserver = [\"SMS\"]\n";
    let slow = ADVANCED.to_owned() + "access = \"1 Mbit/s\"\n";
    let row = |bits: &str| Lab::set(&[&slow, PROGRAM, DOWNLOAD, fault], &[bits]).only();
    let bits = row("server.SMS.bits=true");
    assert_eq!(
        (bits.downloaded, bits.content_start, bits.content_end),
        (Size(10_000_000), at(40 + 3600), at(40 + 3600 + 40))
    );
    let smb = row("server.SMS.bits=false");
    assert_eq!(
        (smb.downloaded, smb.content_end),
        (Size(15_000_000), at(40 + 3600 + 80))
    );
}

#[test]
fn a_download_over_bits_waits_for_a_cut_link_and_what_runs_over_smb_breaks() {
    let cut = "[[fault]]\nat = \"+40 s\"\nfor = \"25 min\"\nwan = [\"branch\"]\n";
    let bits = Lab::set(
        &[BRANCH, ADVANCED, THERE, PROGRAM, DOWNLOAD, cut],
        &["server.SMS.bits=true"],
    );
    let row = bits.only();
    assert_eq!((row.content_end, row.attempts), (at(80 + 1500), 1));
    assert_eq!(row.downloaded, Size(10_000_000));
    let smb = Lab::new(&[BRANCH, LEGACY, THERE, PROGRAM, cut]);
    let row = smb.only();
    // Tries at 640 s and 1240 s fail, that at 1840 s goes through.
    assert_eq!(
        (row.content_start, row.content_end, row.attempts),
        (at(1840), at(1920), 4)
    );
    assert_eq!(row.downloaded, Size(15_000_000), "5 MB for nothing");
    assert_eq!(
        smb.link("branch", LinkKind::WanDown).bytes,
        Size(15_000_000)
    );
}

#[test]
fn a_slower_link_is_slower_from_then_on() {
    let slow = "[[fault]]\nat = \"+40 s\"\nwan = [\"branch\"]\nrate = \"100 kbit/s\"\n";
    for (machine, client) in BOTH {
        let row = Lab::new(&[BRANCH, client, THERE, PROGRAM, slow]).row(machine, "p");
        assert_eq!((row.content_end, row.attempts), (at(440), 1), "{machine}");
    }
}

const CONTROLLERS: &str = "[server.BR-DC]\nsite = \"branch\"\nroles = [\"domain controller\"]\n\
    [server.HQ-DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n";

#[test]
fn a_machine_asks_the_controller_of_its_site_and_fails_over_to_another() {
    for (machine, client) in BOTH {
        let controller = |fault: &str| {
            let lab = Lab::new(&[BRANCH, CONTROLLERS, client, THERE, PROGRAM, fault]);
            let row = lab.row(machine, "p");
            assert_eq!(row.ending, Ending::Installed);
            lab.server_name(row.domain_controller.get()).to_owned()
        };
        assert_eq!(controller(""), "BR-DC");
        assert_eq!(
            controller("[[fault]]\nat = \"+0 s\"\nserver = [\"BR-DC\"]\n"),
            "HQ-DC",
            "{machine}"
        );
    }
}

#[test]
fn without_any_controller_nobody_is_let_in_until_one_is_back() {
    let down = "[[fault]]\nat = \"+0 s\"\nserver = [\"*-DC\"]\n";
    for (machine, client) in BOTH {
        let row = |fault: &str| {
            Lab::new(&[BRANCH, CONTROLLERS, client, THERE, PROGRAM, fault]).row(machine, "p")
        };
        let never = row(down);
        assert_eq!(
            (never.cause, never.code),
            (Cause::NoLogonServer, Some(1311)),
            "{machine}"
        );
        assert!(!never.run_start.is_some());
        let later = row(&format!("{down}for = \"95 min\"\n"));
        assert_eq!(
            (later.ending, later.run_start),
            (Ending::Installed, at(6000)),
            "{machine}"
        );
    }
}

/// KB 907979: only downloads are checked, and the client does not try again.
#[test]
fn damaged_content_on_one_point_fails_the_downloads_from_it_with_10075() {
    let two = "[server.\"DP{1..2}\"]\nsite = \"hq\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\n\
        [package.p]\ndistribution_points = [\"DP*\"]\n\
        [[fault]]\nat = \"+0 s\"\npackage = \"p\"\ndistribution_points = [\"DP1\"]\n";
    let many = ADVANCED.replace("count = 1", "count = 60");
    let lab = Lab::new(&[&many, PROGRAM, two, DOWNLOAD]);
    let mut failed = 0;
    for (machine, _, row) in lab.rows() {
        if lab.server_name(row.distribution_point) == "DP1" {
            failed += 1;
            assert_eq!(
                (row.ending, row.cause),
                (Ending::Failed, Cause::HashMismatch),
                "{machine}"
            );
            assert_eq!(
                (row.status_message, row.state, row.attempts),
                (10075, ReportState::Failed, 1)
            );
            assert_eq!(
                row.downloaded,
                Size(10_000_000),
                "it was fetched for nothing"
            );
        } else {
            assert_eq!(row.ending, Ending::Installed, "{machine}");
        }
    }
    assert!((15..=45).contains(&failed), "half of sixty: {failed}");
    let run = Lab::new(&[&many, PROGRAM, two]);
    assert!(
        run.rows()
            .all(|(_, _, row)| row.ending == Ending::Installed),
        "run from the point, nobody looks"
    );
    let legacy = Lab::new(&[
        &LEGACY.replace("count = 1", "count = 60"),
        PROGRAM,
        two,
        DOWNLOAD,
    ]);
    assert!(
        legacy
            .rows()
            .all(|(_, _, row)| row.ending == Ending::Installed),
        "nor does the Legacy Client"
    );
}

#[test]
fn a_share_that_is_closed_and_opened_again_is_reached_at_the_next_try() {
    let share = "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\nnetwork = \"unlimited\"\n\
        [share.tools]\nserver = \"FS\"\naccess = ['CORP\\naa']\n\
        [[fault]]\nat = \"+0 s\"\nfor = \"2 h\"\nshare = \"tools\"\naccess = [\"Administrators\"]\n";
    let program = PROGRAM.to_owned() + "shares = [{ share = \"tools\", read = \"1 MB\" }]\n";
    let accounts = "[accounts]\nnetwork_access = 'CORP\\naa'\n";
    let lab = Lab::new(&[accounts, ADVANCED, &program, share]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.run_start, row.attempts),
        (Ending::Installed, at(2 * HOUR), 13)
    );
    assert_eq!(lab.share("tools").refusals, 12);
}

#[test]
fn an_account_that_is_locked_and_unlocked_again_works_again() {
    let share = "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\nnetwork = \"unlimited\"\n\
        [share.tools]\nserver = \"FS\"\n[[fault]]\nat = \"+0 s\"\nfor = \"30 min\"\naccount = 'CORP\\naa'\n";
    let program = PROGRAM.to_owned() + "shares = [{ share = \"tools\" }]\n";
    let accounts = "[accounts]\nnetwork_access = 'CORP\\naa'\n";
    let row = Lab::set(
        &[accounts, ADVANCED, &program, share],
        &["rules.execution_retry={ interval = \"10 min\" }"],
    )
    .only();
    // A locked account is error 1909, which is not in the retry list.
    assert_eq!(
        (row.ending, row.cause, row.code),
        (
            Ending::Failed,
            Cause::NetworkAccessAccountUnusable,
            Some(1909)
        )
    );
    // With an expired password, 1330, which is.
    let expired = share.replace("account = ", "state = \"password expired\"\naccount = ");
    let row = Lab::new(&[accounts, ADVANCED, &program, &expired]).only();
    assert_eq!((row.ending, row.run_start), (Ending::Installed, at(1800)));
}

#[test]
fn a_file_server_that_dies_under_a_program_ends_it_with_error_64() {
    let share = "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\nnetwork = \"1 Mbit/s\"\n\
        [share.tools]\nserver = \"FS\"\n[[fault]]\nat = \"+40 s\"\nfor = \"30 min\"\nserver = [\"FS\"]\n\
        [package.p]\nsize = \"0 B\"\n[accounts]\nnetwork_access = 'CORP\\naa'\nsoftware_installation = 'CORP\\swi'\n";
    let program = PROGRAM.to_owned()
        + "software_installation_account = true\nshares = [{ share = \"tools\", read = \"10 MB\" }]\n";
    let legacy = Lab::new(&[LEGACY, &program, share]).only();
    assert_eq!(
        (legacy.ending, legacy.cause, legacy.code),
        (Ending::Failed, Cause::ShareUnreachable, Some(64))
    );
    assert_eq!(
        (legacy.run_end, legacy.from_shares),
        (at(40), Size(5_000_000))
    );
    // 64 and 53 are in the Advanced Client's list.
    let advanced = Lab::new(&[ADVANCED, &program, share]).only();
    assert_eq!(
        (advanced.ending, advanced.run_start),
        (Ending::Installed, at(40 + 1800))
    );
    assert_eq!(advanced.from_shares, Size(15_000_000));
}

#[test]
fn a_fault_that_ends_leaves_nothing_behind() {
    let passing = "[[fault]]\nat = \"+1 h\"\nfor = \"1 h\"\nserver = [\"*\"]\n";
    for (_, client) in BOTH {
        let later = "[advertisement.p]\navailable = \"+1 d\"\n";
        let with = Lab::new(&[client, PROGRAM, later, passing]).only();
        assert_eq!(with, Lab::new(&[client, PROGRAM, later]).only());
        assert_eq!(with.run_start, at(DAY));
    }
}
