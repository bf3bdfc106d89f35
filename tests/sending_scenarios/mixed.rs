//! Random scenarios in which several groups of machines meet what is sent: neither the
//! threads, nor the method of the engine, nor a server that ties all machines into one
//! group changes anything, and `explain` tells what the tables say.
//!
//! `ROLLCAST_CASES=100000 cargo test --release --test sending_scenarios mixed` tries more
//! of them, `ROLLCAST_SEED` begins elsewhere.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rollcast::division::Plan;
use rollcast::engine::Method;
use rollcast::model::{Watch, follow, replicate};
use rollcast::scenario::load_str;
use rollcast::world::{MachineId, World};

use crate::fleet::invariants;
use crate::groups::{tables, without_hq};

/// Decisions, one after another.
struct Choices(ChaCha8Rng);

impl Choices {
    fn below(&mut self, count: usize) -> usize {
        (self.0.next_u64() % count as u64) as usize
    }

    fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// `line`, once in `of` times.
    fn at_times(&mut self, of: usize, line: &str) -> String {
        if self.one_in(of) {
            format!("{line}\n")
        } else {
            String::new()
        }
    }
}

const BRANCHES: usize = 4;

const MOMENTS: &[&str] = &[
    "\"+0 s\"",
    "\"+7 min\"",
    "\"+20 min\"",
    "\"+1 h\"",
    "\"+5 h\"",
    "2006-03-20T08:00:00",
    "2006-03-20T09:30:00",
    "2006-03-20T14:00:00",
];

fn scenario(choices: &mut Choices) -> String {
    let horizon = choices.pick(&["3 d", "3 d", "2 h"]);
    let mut text = format!("start = 2006-03-20T07:00:00\nhorizon = \"{horizon}\"\n");
    text += "[site.hq]\n[site.lab]\n\
        [calendar.office]\nshare = 0.3\n[calendar.night]\nshare = 0.0\nfrom = \"20:00\"\n\
        to = \"23:00\"\n[rules]\ncache = \"5 GB\"\n\
        [server.HQ]\nsite = \"hq\"\nroles = [\"management point\", \"client access point\"]\n\
        [server.LAB]\nsite = \"lab\"\nroles = [\"distribution point\"]\n";
    text += &choices.at_times(
        4,
        "[peers]\nshare = 0.75\nrate = \"3 Mbit/s\"\nwait = \"2 h\"",
    );
    text += &choices.at_times(4, "[reports]\nlost = 0.02");
    text += &choices.at_times(4, "[traffic]");
    text += &address(choices);
    text += "[sending]\n";
    text += &choices.at_times(2, "compression = false");
    text += &choices.at_times(3, "threads = 1");
    text += &choices.at_times(3, "threads_per_site = 1");
    text += &choices.at_times(3, "resumes = false");
    text += &choices.at_times(4, "give_up = \"2 h\"");
    for at in 0..BRANCHES {
        text += &branch(choices, at);
    }
    for at in 0..BRANCHES + 3 {
        text += &package(choices, at);
    }
    for _ in 0..choices.below(3) {
        text += &fault(choices);
    }
    text
}

fn address(choices: &mut Choices) -> String {
    let mut text = "[address.line]\n".to_owned();
    text += &match choices.below(5) {
        0 => "share = 0.5\nfrom = \"08:00\"\nto = \"18:00\"\n".to_owned(),
        1 => "every = \"5 s\"\nblock = \"100 kB\"\n".to_owned(),
        2 => "rate = \"300 kbit/s\"\n".to_owned(),
        _ => String::new(),
    };
    text += &choices.at_times(4, "closed = [\"Mon 12:00-13:00\"]");
    text += &choices.at_times(4, "medium_and_high = [\"Mon 08:00-10:00\"]");
    text
}

/// A branch with a point of its own, a point for it at headquarters, and machines.
fn branch(choices: &mut Choices, at: usize) -> String {
    let parent = match choices.below(6) {
        0 if at > 0 => format!("b{}", at - 1),
        1 => "hq".to_owned(),
        _ => format!("hub{at}"),
    };
    let wan = choices.pick(&["256 kbit/s", "1 Mbit/s", "2 Mbit/s"]);
    let mut text = format!(
        "[site.hub{at}]\nparent = \"hq\"\n[site.b{at}]\nparent = \"{parent}\"\nwan = \"{wan}\"\naddress = \"line\"\n"
    );
    let calendar = choices.pick(&["office", "office", "night"]);
    text += &choices.at_times(3, &format!("wan_calendar = \"{calendar}\""));
    let zone = choices.pick(&["+9 h", "+1 h", "-1 h", "-30 min", "-8 h"]);
    text += &choices.at_times(3, &format!("time_zone = \"{zone}\""));
    text += &choices.at_times(5, &format!("copied_by = \"{parent}\""));
    text += &choices.at_times(3, "slow_boundary = false");
    text += &choices.at_times(6, "lan = \"10 Mbit/s\"");
    text += &choices.at_times(
        5,
        "bits = { rate = \"128 kbit/s\", from = \"08:00\", to = \"18:00\" }",
    );
    text += &format!("[server.H{at}]\nsite = \"hub{at}\"\nroles = [\"distribution point\"]\n");
    text += &choices.at_times(2, "bits = true");
    text += &format!(
        "[server.B{at}]\nsite = \"b{at}\"\nroles = [\"client access point\", \"distribution point\"]\n"
    );
    if choices.one_in(4) {
        let source = if at > 0 {
            format!("B{}", at - 1)
        } else {
            "H0".to_owned()
        };
        text += &format!("pulls_from = [\"{source}\"]\n");
    }
    text += &format!(
        "[fleet.f{at}]\nsites = [\"b{at}\"]\ncount = {}\n",
        1 + choices.below(4)
    );
    text += &choices.at_times(
        4,
        "availability = { days = \"Mon-Fri\", from = \"08:00\", to = \"18:00\" }",
    );
    text += &choices.at_times(3, "client = \"legacy\"");
    text += &choices.at_times(
        12,
        "roaming = { home = \"exponential(6 h)\", stay = \"uniform(1 h, 5 h)\" }",
    );
    text += &choices.at_times(3, "poll_interval = \"10 min\"");
    text + &format!("[collection.c{at}]\nsite = [\"b{at}\"]\n")
}

/// A package that is sent, or lies at headquarters, and its advertisement.
fn package(choices: &mut Choices, at: usize) -> String {
    let branch = at % BRANCHES;
    let size = choices.pick(&["3 MB", "20 MB", "70 MB"]);
    let is_sent = choices.below(5) < 3;
    let points = match choices.below(6) {
        0 => format!("\"B{branch}\", \"B{}\"", (branch + 1) % BRANCHES),
        1 => format!("\"B{branch}\", \"H{branch}\""),
        2 if !is_sent => format!("\"H{branch}\""),
        _ => format!("\"B{branch}\""),
    };
    let points = if is_sent {
        points
    } else {
        points.replace('B', "H")
    };
    let mut points: Vec<_> = points.split(", ").collect();
    points.dedup();
    let points = points.join(", ");
    let mut text =
        format!("[package.p{at}]\nsize = \"{size}\"\ndistribution_points = [{points}]\n");
    if is_sent {
        let from = match choices.below(6) {
            0 => "lab".to_owned(),
            1 => "hq".to_owned(),
            _ => format!("hub{branch}"),
        };
        text += &format!("[package.p{at}.sent]\nfrom = \"{from}\"\n");
        let when = choices.pick(MOMENTS);
        text += &choices.at_times(2, &format!("at = {when}"));
        text += &choices.at_times(3, "changed = \"2 MB\"");
        let priority = choices.pick(&["high", "low"]);
        text += &choices.at_times(3, &format!("priority = \"{priority}\""));
    }
    if choices.one_in(4) {
        return text;
    }
    text += &format!(
        "[program.p{at}]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\ninstall_time = \"5 min\"\n"
    );
    text += &format!("[advertisement.p{at}]\nprogram = \"p{at}\"\n");
    text += &choices.at_times(4, "phases = [{ share = 0.5, deferral = \"1 h\" }, {}]");
    if !choices.one_in(12) {
        text += &format!("collection = \"c{branch}\"\n");
    }
    let available = choices.pick(MOMENTS);
    text += &choices.at_times(2, &format!("available = {available}"));
    let assigned = choices.pick(MOMENTS);
    text += &choices.at_times(3, &format!("assigned = {assigned}"));
    text += &choices.at_times(5, "greenwich_mean_time = true");
    text += &choices.at_times(6, "expires = \"+9 h\"");
    let local = choices.pick(&["download", "run"]);
    text += &format!("on_local = \"{local}\"\n");
    let remote = choices.pick(&["download", "download", "run", "do not run"]);
    text + &format!("on_remote = \"{remote}\"\n")
}

fn fault(choices: &mut Choices) -> String {
    let at = choices.pick(&["+0 s", "+9 min", "+25 min", "+2 h", "+6 h"]);
    let lasts = choices.pick(&["3 min", "1 h", "9 h"]);
    let (branch, package) = (choices.below(BRANCHES), choices.below(BRANCHES + 3));
    let what = match choices.below(9) {
        0 => format!("server = [\"B{branch}\"]"),
        1 => format!("server = [\"H{branch}\"]"),
        2 => format!("wan = [\"b{branch}\"]"),
        3 => format!("wan = [\"b{branch}\"]\nrate = \"64 kbit/s\""),
        4 => format!(
            "package = \"p{package}\"\ndistribution_points = [\"*\"]\ncontent = \"missing\""
        ),
        _ => format!("package = \"p{package}\"\ndistribution_points = [\"*\"]"),
    };
    format!("[[fault]]\nat = \"{at}\"\nfor = \"{lasts}\"\n{what}\n")
}

/// Checks everything of one scenario; how many groups there are, and whether anything is
/// sent together with what machines do.
fn check(world: &mut World, text: &str) -> (usize, bool) {
    let plan = Plan::new(world);
    let replication = replicate(world, &plan, 1, &Watch::default()).unwrap();
    invariants::hold(world, &replication);
    for (position, machine) in world.fleet.machines.iter().enumerate() {
        let (told, _) = follow(world, &plan, 1, MachineId(position as u32));
        let rows = world.rows(machine).map(|row| replication.outcomes[row]);
        assert_eq!(told, rows.collect::<Vec<_>>(), "machine {position}\n{text}");
    }
    let one = tables(world, Method::Tuned, 1);
    for (name, bytes) in tables(world, Method::Tuned, 3) {
        assert!(bytes == one[&name], "{name} differs by threads\n{text}");
    }
    for (name, bytes) in tables(world, Method::Simple, 1) {
        let plain = |text: &str| invariants::without_saturation(text.as_bytes());
        let same = bytes == one[&name] || plain(&bytes) == plain(&one[&name]);
        assert!(same, "{name} differs by engine\n{text}");
    }
    let hq = world.servers.iter_mut().find(|server| server.name == "HQ");
    hq.expect("it is there").connection_limit = Some(1_000_000);
    for (name, tied) in tables(world, Method::Tuned, 1) {
        let (tied, apart) = (without_hq(&tied), without_hq(&one[&name]));
        if let Some((a, b)) = tied.lines().zip(apart.lines()).find(|(a, b)| a != b) {
            panic!("{name} differs by groups: tied\n{a}\napart\n{b}\n{text}");
        }
    }
    (plan.group_count(), replication.delivered.is_some())
}

fn number(variable: &str, default: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn what_is_sent_among_several_groups_is_the_same_however_it_is_simulated() {
    let (seed, cases) = (number("ROLLCAST_SEED", 1), number("ROLLCAST_CASES", 40));
    let (mut ran, mut several) = (0, 0);
    for case in seed..seed + cases {
        let text = scenario(&mut Choices(ChaCha8Rng::seed_from_u64(case)));
        let mut loaded = match load_str(&text, &[]) {
            Ok(loaded) => loaded,
            Err(problems) => {
                println!("case {case}: {}", problems.render(false));
                continue;
            }
        };
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            check(&mut loaded.world, &text)
        }));
        let Ok((groups, together)) = checked else {
            panic!("case {case}:\n{text}");
        };
        ran += 1;
        several += u64::from(groups > 1 && together);
    }
    assert!(ran * 10 >= cases * 8, "{ran} of {cases} could be run");
    assert!(
        several * 8 >= cases,
        "{several} of {cases} with several groups"
    );
}
