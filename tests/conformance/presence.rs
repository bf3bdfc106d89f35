//! Machines that are off or away, and what that does to polls, downloads and
//! programs.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, Outcome};
use rollcast::units::{Size, Span};

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];

fn on(from: &str, to: &str) -> String {
    format!(
        "availability = {{ days = \"Mon-Sun\", from = \"{from}\", to = \"{to}\", jitter = \"0 s\" }}\n"
    )
}

#[test]
fn a_machine_that_is_off_looks_for_policy_when_it_is_on_again() {
    for (machine, client) in BOTH {
        let row = Lab::new(&[client, &on("10:00", "18:00"), PROGRAM]).row(machine, "p");
        assert_eq!(
            (row.policy, row.run_start),
            (at(2 * HOUR), at(2 * HOUR)),
            "{machine}"
        );
    }
}

#[test]
fn a_machine_that_is_away_is_unaware_until_it_is_back() {
    for (machine, client) in BOTH {
        let away = |days| format!("absence = {{ share = 1, length = \"{days} d\" }}\n");
        let row = Lab::new(&[client, &away(3), PROGRAM]).row(machine, "p");
        assert_eq!(
            (row.ending, row.policy),
            (Ending::Installed, at(3 * DAY)),
            "{machine}"
        );
        let row = Lab::new(&[client, &away(30), PROGRAM]).row(machine, "p");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Unaware, Cause::MachineOff),
            "{machine}"
        );
    }
}

#[test]
fn the_share_of_machines_that_is_away_is_away() {
    let many = ADVANCED.replace("count = 1", "count = 400");
    let lab = Lab::new(&[
        &many,
        "absence = { share = 0.25, length = \"20 d\" }",
        PROGRAM,
    ]);
    let away = lab
        .rows()
        .filter(|(_, _, row)| row.ending == Ending::Unaware)
        .count();
    // 100 expected; the standard deviation is 8.7.
    assert!((70..=130).contains(&away), "{away}");
}

#[test]
fn what_is_due_while_the_machine_is_off_is_made_up_when_it_is_on() {
    for (machine, client) in BOTH {
        let tonight = "[advertisement.p]\nassigned = \"+14 h\"\n";
        let row = Lab::new(&[client, &on("08:00", "18:00"), PROGRAM, tonight]).row(machine, "p");
        assert_eq!(row.run_start, at(DAY), "{machine}: the next morning");
    }
}

#[test]
fn a_program_that_the_night_interrupts_is_started_again_in_the_morning() {
    for (machine, client) in BOTH {
        let program = PROGRAM.replace("10 min", "3 h");
        let due = "[advertisement.p]\nassigned = \"+8 h\"\n";
        let lab = Lab::new(&[client, &on("08:00", "18:00"), &program, due]);
        let row = lab.row(machine, "p");
        assert_eq!(
            (row.ending, row.run_start),
            (Ending::Installed, at(DAY)),
            "{machine}"
        );
        assert!(lab.messages(machine).contains(&10020), "unexpected restart");
        assert!(
            lab.diary(machine)
                .iter()
                .any(|(when, e)| *e == Entry::Interrupted && *when == at(10 * HOUR))
        );
    }
}

#[test]
fn a_program_that_is_never_given_the_time_is_waiting_for_the_machine() {
    let program = PROGRAM.replace("10 min", "11 h");
    for (machine, client) in BOTH {
        let lab = Lab::set(
            &[client, &on("08:00", "18:00"), &program],
            &["horizon=66 h"],
        );
        let row = lab.row(machine, "p");
        // Wednesday, two in the morning.
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Waiting, Cause::MachineOff),
            "{machine}"
        );
    }
}

#[test]
fn a_download_over_bits_goes_on_the_next_morning_and_one_over_smb_starts_again() {
    // 45 MB an hour, ten hours a day: 450 MB fit into a day, 600 MB do not.
    let slow = ADVANCED.to_owned() + "access = \"100 kbit/s\"\ncache = \"1 GB\"\n";
    let parts = |size: &str| {
        format!("[package.p]\nsize = \"{size}\"\n[advertisement.p]\non_local = \"download\"\n")
    };
    let run = |size: &str, bits: bool| {
        Lab::set(
            &[&slow, &on("08:00", "18:00"), PROGRAM, &parts(size)],
            &[&format!("server.SMS.bits={bits}")],
        )
        .only()
    };
    let bits = run("600 MB", true);
    let third = 150_000_000 / 12_500;
    assert_eq!(
        (bits.content_end, bits.downloaded),
        (at(DAY + third), Size(600_000_000))
    );
    let smb = run("600 MB", false);
    assert_eq!(
        (smb.ending, smb.cause),
        (Ending::InProgress, Cause::StillDownloading),
        "every day from the beginning"
    );
    assert_eq!(
        smb.downloaded,
        Size(10 * 450_000_000),
        "and every day 450 MB"
    );
    assert_eq!(run("400 MB", false).downloaded, Size(400_000_000));
}

#[test]
fn sessions_hold_only_while_the_machine_is_on() {
    let user =
        "sessions = { days = \"Mon-Sun\", from = \"06:00\", to = \"20:00\", jitter = \"0 s\" }\n";
    for (machine, client) in BOTH {
        let due = "[program.p]\nruns = \"only when a user is logged on\"\nneeds_administrator = false\n[advertisement.p]\nassigned = \"+11 h\"\n";
        let row = Lab::new(&[client, &on("09:00", "18:00"), user, due]).row(machine, "p");
        assert_eq!(
            row.run_start,
            at(DAY + HOUR),
            "{machine}: tomorrow at nine, when both are there"
        );
    }
}

#[test]
fn attendance_is_drawn_anew_for_every_machine_and_day() {
    let many = ADVANCED.replace("count = 1", "count = 300");
    let half = "sessions = { days = \"Mon-Sun\", from = \"09:00\", to = \"17:00\", jitter = \"0 s\", attendance = 0.5 }\n";
    let lab = Lab::new(&[
        &many,
        half,
        "[program.p]\nruns = \"only when a user is logged on\"\nneeds_administrator = false",
    ]);
    let on_day = |day: u64| {
        lab.rows()
            .filter(|(_, _, row)| row.run_start == at(day * DAY + HOUR))
            .count()
    };
    let days = [on_day(0), on_day(1), on_day(2)];
    // 150, 75, 37.5 expected.
    assert!(
        (120..=180).contains(&days[0])
            && (50..=100).contains(&days[1])
            && (20..=58).contains(&days[2]),
        "{days:?}"
    );
}

#[test]
fn jitter_moves_beginnings_by_at_most_its_length_either_way() {
    let many = ADVANCED.replace("count = 1", "count = 200");
    let nine = "sessions = { days = \"Mon-Sun\", from = \"09:00\", to = \"17:00\", jitter = \"30 min\" }\n";
    let lab = Lab::new(&[
        &many,
        nine,
        "[program.p]\nruns = \"only when a user is logged on\"\nneeds_administrator = false",
    ]);
    let starts: Vec<u64> = lab
        .rows()
        .map(|(_, _, row)| row.run_start.0 / 1_000_000)
        .collect();
    let (low, high) = (starts.iter().min().unwrap(), starts.iter().max().unwrap());
    assert!(
        *low >= 1800 && *low < 2000 && *high <= 5400 && *high > 5200,
        "{low} to {high}"
    );
}

/// `count` Advanced Clients with this presence.
fn switched(count: u32, presence: &str) -> String {
    let many = ADVANCED.replace("count = 1", &format!("count = {count}"));
    format!("{many}presence = {presence}\n")
}

/// The share of the rows for which `holds`.
fn share(lab: &Lab, holds: impl Fn(&rollcast::outcome::Outcome) -> bool) -> f64 {
    let (count, found) = lab.rows().fold((0, 0), |(count, found), (_, _, row)| {
        (count + 1, found + u32::from(holds(row)))
    });
    f64::from(found) / f64::from(count)
}

#[test]
fn published_presence_has_its_mean_share_on_at_the_start() {
    // Scale times gamma(1 + 1/shape), up and down: 60.1 h and 14.1 h of Microsoft99,
    // 15.1 h and 13.4 h of Skype06.
    for (word, expected) in [("corporate", 0.810), ("home", 0.529)] {
        let lab = Lab::new(&[&switched(3_000, &format!("\"{word}\"")), PROGRAM]);
        let on = share(&lab, |row| row.policy == at(0));
        // Three standard deviations are at most 2.7 %.
        assert!((on - expected).abs() < 0.028, "{word}: {on}");
    }
}

#[test]
fn always_is_what_it_is_without_a_word() {
    let rows = |parts: &[&str]| {
        let lab = Lab::new(parts);
        let rows: Vec<_> = lab
            .rows()
            .map(|(name, _, row)| (name.to_owned(), *row))
            .collect();
        rows
    };
    let plain = ADVANCED.replace("count = 1", "count = 20");
    assert_eq!(
        rows(&[&switched(20, "\"always\""), PROGRAM]),
        rows(&[&plain, PROGRAM])
    );
    let office = format!("{plain}availability = {{}}\n");
    assert_eq!(
        rows(&[&switched(20, "\"office\""), PROGRAM]),
        rows(&[&office, PROGRAM])
    );
}

#[test]
fn a_program_that_needs_hours_at_a_stretch_takes_the_first_passage_time() {
    // Up for 5 h on average and down for 3 h, both exponential: with rates a and b a
    // machine that is up needs (e^(ah) - 1) (1/a + 1/b) for h hours at a stretch, and
    // one that is down 1/b more.
    let presence = "{ up = \"exponential(5 h)\", down = \"exponential(3 h)\" }";
    let program = PROGRAM.replace("10 min", "4 h");
    let lab = Lab::new(&[&switched(2_000, presence), &program]);
    assert!(share(&lab, |row| row.ending == Ending::Installed) > 0.999);
    let hours: f64 = lab
        .rows()
        .map(|(_, _, row)| row.run_end.seconds().unwrap_or(f64::INFINITY) / 3_600.0)
        .sum();
    // e^0.8 is 2.2255.
    let expected = (2.225_540_928 - 1.0) * 8.0 + 3.0 * 3.0 / 8.0;
    let mean = hours / 2_000.0;
    assert!(
        (mean / expected - 1.0).abs() < 0.07,
        "{mean} h, {expected} h"
    );
}

#[test]
fn switching_and_hours_of_the_week_both_have_to_let_a_machine_be_on() {
    let presence = "{ up = \"exponential(3 h)\", down = \"exponential(3 h)\" }";
    let hours = on("10:00", "16:00");
    let lab = Lab::new(&[&switched(300, presence), &hours, PROGRAM]);
    let mut days = [0u32; 10];
    for (name, _, row) in lab.rows() {
        assert_eq!(row.ending, Ending::Installed, "{name}");
        let hour = (row.run_start.0 / at(HOUR).0 + 8) % 24;
        assert!((10..16).contains(&hour), "{name} at {hour} h");
        days[(row.run_start.0 / at(DAY).0) as usize] += 1;
    }
    // Who is off at ten comes later in the day, or on another.
    assert!(days[0] > 200 && days[0] < 300, "{days:?}");
}

#[test]
fn long_absences_leave_their_share_at_hand() {
    let absences = "{ absences = { every = \"30 d\", length = \"exponential(10 d)\" } }";
    let lab = Lab::new(&[&switched(2_000, absences), PROGRAM]);
    let here = share(&lab, |row| row.policy == at(0));
    assert!((here - 0.75).abs() < 0.03, "{here}");
    // An absence is memoryless here: e^-1 of those away are so after ten days.
    let away = share(&lab, |row| row.ending == Ending::Unaware);
    assert!((away - 0.25 * 0.367_879).abs() < 0.02, "{away}");
}

#[test]
fn machines_that_go_for_good_never_come_back() {
    let lab = Lab::new(&[&switched(1_000, "{ gone = { share = 0.2 } }"), PROGRAM]);
    let gone = share(&lab, |row| {
        (row.ending, row.cause) == (Ending::Unaware, Cause::MachineOff)
    });
    assert!((gone - 0.2).abs() < 0.04, "{gone}");
    let late = "{ gone = { share = 1, after = \"2 h\" } }";
    let program = PROGRAM.replace("10 min", "3 h");
    let lab = Lab::new(&[&switched(1, late), &program]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Waiting, Cause::MachineOff)
    );
    let short = Lab::new(&[&switched(1, late), PROGRAM]).only();
    assert_eq!(short.ending, Ending::Installed);
}

#[test]
fn a_machine_that_is_shut_down_has_restarted_and_one_that_sleeps_has_not() {
    let presence = "{ up = \"uniform(3 h, 5 h)\", down = \"uniform(3 h, 5 h)\" }";
    let restart = format!("{PROGRAM}exit_codes = {{ 3010 = 1 }}\n");
    let shut = Lab::new(&[&switched(20, presence), &restart]);
    assert!(share(&shut, |row| row.ending == Ending::Installed) > 0.999);
    let sleeping = format!("{}off = \"sleep\"\n", switched(20, presence));
    let asleep = Lab::new(&[&sleeping, &restart]);
    assert!(share(&asleep, |row| row.ending == Ending::RestartPending) > 0.999);
}

#[test]
fn ten_years_of_switching_end_where_they_are_asked_for() {
    // Offered at the end of ten years: nothing in between is an event.
    let late = "[advertisement.p]\navailable = \"+3640 d\"\n";
    let lab = Lab::set(
        &[&switched(200, "\"corporate\""), PROGRAM, late],
        &[
            "horizon=3650 d",
            "timeline_step=1 d",
            "fleet.adv.poll_interval=1 h",
        ],
    );
    let done = share(&lab, |row| row.ending == Ending::Installed);
    assert!(done > 0.95, "{done}");
    assert!(
        lab.replication.events < 200 * 40,
        "{}",
        lab.replication.events
    );
}

/// Machines of `client` whose program of so many hours, begun at once, runs through.
fn run_through(client: &str, hours: &str, length: u64) -> usize {
    let time = format!("program.p.install_time={length} h");
    let long = [time.as_str(), "program.p.maximum_run_time=100 h"];
    let lab = Lab::set(&[client, hours, PROGRAM], &long);
    let ends = |row: &Outcome| row.run_start + Span::from_hours(length);
    lab.rows()
        .filter(|(_, _, row)| row.ending == Ending::Installed && row.run_end == ends(row))
        .filter(|(_, _, row)| row.run_start < at(12 * HOUR))
        .count()
}

#[test]
fn hours_of_days_that_touch_or_overlap_are_one_spell() {
    for hours in [
        on("00:00", "00:00"),
        on("00:00", "24:00"),
        on("06:00", "06:00"),
    ] {
        assert_eq!(run_through(ADVANCED, &hours, 80), 1, "{hours}");
    }
    // Monday and Tuesday, begun on Monday at eight, with forty hours to go.
    let two_days = on("00:00", "24:00").replace("Mon-Sun", "Mon-Tue");
    assert_eq!(run_through(ADVANCED, &two_days, 39), 1);
    assert_eq!(run_through(ADVANCED, &two_days, 41), 0);
    // Where hours vary, days overlap by chance: a little less often than not.
    let vary = on("06:00", "05:45").replace("0 s", "1 h");
    let many = ADVANCED.replace("count = 1", "count = 200");
    let through = run_through(&many, &vary, 30);
    assert!((50..110).contains(&through), "{through} of 200");
}
