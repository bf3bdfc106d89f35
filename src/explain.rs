//! The whole chain of decisions for one machine, as text and as data.
//!
//! The machine is followed through the run itself, so that what is told is what
//! `machines.csv` says.

mod trial;
mod tries;

use crate::answer::{ExplainAnswer, HurdleAnswer, StepAnswer, StoryAnswer};
use crate::client::behaviour;
use crate::division::Plan;
use crate::model::{Diary, Entry, Teller, follow};
use crate::outcome::{Case, Cause, Outcome, look_for};
use crate::remedy::{Remedy, option, remedy};
use crate::scenario::{Loaded, Nearest, nearest};
use crate::units::Instant;
use crate::world::{AdvertisementId, MachineId, World};
use std::collections::BTreeMap;
use std::fmt::Write;
use trial::{Trial, Tried};
use tries::{Line, lines};

/// Rows of `machines.csv` that are simulated for one explanation, beside those of its
/// own run: what is said to help is not tried where that would take long.
const MOST_ROWS: usize = 1_000_000;
/// Runs that trying what is said to help for one advertisement may take.
const RUNS: usize = 4;

/// One machine, followed through one replication.
pub struct Explanation<'w> {
    world: &'w World,
    machine: MachineId,
    replication: u32,
    teller: Teller<'w>,
    outcomes: Vec<Outcome>,
    diary: Diary,
    trials: BTreeMap<AdvertisementId, Trial>,
}

impl<'w> Explanation<'w> {
    /// Follows `machine` through replication `replication`.
    pub fn of(world: &'w World, plan: &Plan, replication: u32, machine: MachineId) -> Self {
        let (outcomes, diary) = follow(world, plan, replication, machine);
        Self {
            world,
            machine,
            replication,
            teller: Teller::new(world, machine),
            outcomes,
            diary,
            trials: BTreeMap::new(),
        }
    }

    /// Does what is said to help, and runs the scenario again, for each advertisement
    /// that is told of. `load` gives the scenario with settings put over it.
    pub fn try_remedies(
        &mut self,
        wanted: Option<AdvertisementId>,
        load: &mut dyn FnMut(&[String]) -> Option<Loaded>,
    ) {
        let (world, machine) = (self.world, self.machine);
        let mut left = MOST_ROWS;
        let name = self.teller.machine_name();
        let mut trials = BTreeMap::new();
        // A machine that has the program can only lose it.
        let without = |(_, outcome): &(AdvertisementId, &Outcome)| !outcome.ending.is_success();
        for (id, outcome) in self.told(wanted).filter(without) {
            let help = remedy(case(world, machine, &self.teller, id, outcome));
            let rows = RUNS.saturating_mul(world.job_count());
            if help.settings.is_empty() || rows > left {
                continue;
            }
            left -= rows;
            let tried = Tried {
                machine: name,
                advertisement: &world.advertisements[id.index()].id,
                replication: self.replication,
            };
            if let Some(trial) = Trial::of(tried, &help, load) {
                trials.insert(id, trial);
            }
        }
        self.trials = trials;
    }

    /// The advertisements that reach the machine, or `wanted` alone, with what
    /// became of them.
    fn told(
        &self,
        wanted: Option<AdvertisementId>,
    ) -> impl Iterator<Item = (AdvertisementId, &Outcome)> {
        let targets = self.targets().iter().copied().zip(&self.outcomes);
        targets.filter(move |(id, _)| wanted.is_none_or(|wanted| wanted == *id))
    }

    fn targets(&self) -> &[AdvertisementId] {
        let machines = &self.world.fleet.machines;
        self.world.targets(&machines[self.machine.index()])
    }

    /// The story as data; of `wanted` alone if it is given.
    pub fn answer(&self, wanted: Option<AdvertisementId>) -> ExplainAnswer {
        let (world, machine, teller) = (self.world, self.machine, &self.teller);
        let stories = self.told(wanted).map(|(id, outcome)| {
            let entries = &self.diary.entries;
            let mut story = story(world, machine, teller, id, outcome, entries);
            if let Some(trial) = self.trials.get(&id) {
                story.mends = Some(trial.is_mended);
                story.next = trial.next.iter().map(hurdle).collect();
            }
            story
        });
        ExplainAnswer {
            machine: teller.machine_name().to_string(),
            replication: u64::from(self.replication),
            advertisements: stories.collect(),
        }
    }

    /// The story as text; of `wanted` alone if it is given.
    pub fn text(&self, wanted: Option<AdvertisementId>) -> String {
        let (world, machine, teller) = (self.world, self.machine, &self.teller);
        let mut text = heading(world, machine, teller);
        for (id, outcome) in self.told(wanted) {
            let entries = &self.diary.entries;
            let trial = self.trials.get(&id);
            tell(
                world, machine, teller, id, outcome, entries, trial, &mut text,
            );
        }
        if self.targets().is_empty() {
            text.push_str("\nNo advertisement reaches this machine.\n");
        } else if wanted.is_some_and(|wanted| !self.targets().contains(&wanted)) {
            text.push_str("\nThis advertisement does not reach the machine.\n");
        }
        text
    }
}

/// The advertisement called `id`.
///
/// # Errors
/// If there is none: a sentence that says so, with the nearest name.
pub fn advertisement(world: &World, id: &str) -> Result<AdvertisementId, String> {
    let known = || world.advertisements.iter().map(|a| a.id.as_str());
    let found = known().position(|name| name == id);
    found.map(Into::into).ok_or_else(|| {
        let near = match nearest_of(id, known()) {
            near if near.is_empty() => format!("; it has {}", listed(known())),
            near => near,
        };
        format!("the scenario has no advertisement `{id}`{near}")
    })
}

/// The first of some names.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let mut names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    if names.is_empty() {
        return "none".to_owned();
    }
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}

/// `; did you mean …` if a name is near enough.
fn nearest_of<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(wanted, known).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// The machine called `name`, whatever the case.
///
/// # Errors
/// If there is none: a sentence that says so, with the nearest name.
pub fn find(world: &World, name: &str) -> Result<MachineId, String> {
    let mut buffer = String::new();
    let mut near = Nearest::to(name);
    for (site, range) in world.sites.iter().zip(&world.fleet.by_site) {
        for position in range.clone() {
            buffer.clear();
            let machine = &world.fleet.machines[position as usize];
            world.fleet.write_name(machine, &site.name, &mut buffer);
            if buffer.eq_ignore_ascii_case(name) {
                return Ok(MachineId(position));
            }
            near.look(&buffer);
        }
    }
    let hint = near.found().map_or_else(
        || "; machines.csv of a run lists all names".to_owned(),
        |near| format!("; did you mean `{near}`?"),
    );
    Err(format!("the scenario has no machine `{name}`{hint}"))
}

fn heading(world: &World, machine: MachineId, teller: &Teller) -> String {
    let fleet = &world.fleet;
    let profile = fleet.profile(&fleet.machines[machine.index()]);
    let site = &world.sites[fleet.site_of(machine).index()].name;
    format!(
        "{}: {} client, {}, {}, domain {}, site {site}\n",
        teller.machine_name(),
        profile.client.name(),
        profile.role.name(),
        world.platforms[profile.platform.index()],
        world.directory.domains[profile.domain.index()].name,
    )
}

fn tell(
    world: &World,
    machine: MachineId,
    teller: &Teller,
    advertisement: AdvertisementId,
    outcome: &Outcome,
    entries: &[(Instant, AdvertisementId, Entry)],
    trial: Option<&Trial>,
    text: &mut String,
) {
    let advertised = &world.advertisements[advertisement.index()];
    let program = &world.programs[advertised.program.index()];
    let _ = writeln!(
        text,
        "\nAdvertisement {} of program {}:",
        advertised.id, program.id
    );
    let fleet = &world.fleet;
    let profile = fleet.profile(&fleet.machines[machine.index()]);
    if program.software_installation_account
        && !behaviour(profile.client).facts().runs_under_domain_accounts
    {
        text.push_str(
            "  \"Use Software Installation Account\" is ticked, which an Advanced Client ignores.\n",
        );
    }
    let own = entries.iter().filter(|(_, of, _)| *of == advertisement);
    let own: Vec<(Instant, &Entry)> = own.map(|(at, _, entry)| (*at, entry)).collect();
    tell_lines(teller, &lines(teller, &own), text);
    conclude(
        teller,
        case(world, machine, teller, advertisement, outcome),
        trial,
        text,
    );
}

/// What a remedy depends on.
fn case<'a>(
    world: &'a World,
    machine: MachineId,
    teller: &'a Teller,
    advertisement: AdvertisementId,
    outcome: &'a Outcome,
) -> Case<'a> {
    Case {
        world,
        id: machine,
        machine: teller.machine_name(),
        advertisement: &world.advertisements[advertisement.index()],
        outcome,
    }
}

/// The story of one advertisement as data.
fn story(
    world: &World,
    machine: MachineId,
    teller: &Teller,
    advertisement: AdvertisementId,
    outcome: &Outcome,
    entries: &[(Instant, AdvertisementId, Entry)],
) -> StoryAnswer {
    let case = case(world, machine, teller, advertisement, outcome);
    let help = remedy(case);
    let own = entries.iter().filter(|(_, of, _)| *of == advertisement);
    let own: Vec<(Instant, &Entry)> = own.map(|(at, _, entry)| (*at, entry)).collect();
    StoryAnswer {
        advertisement: world.advertisements[advertisement.index()].id.clone(),
        steps: lines(teller, &own)
            .into_iter()
            .map(|line| StepAnswer {
                seconds: line.at.since(Instant::START).seconds(),
                text: line.text,
                alike: line.alike,
            })
            .collect(),
        outcome: outcome.ending.name().to_owned(),
        cause: outcome.cause.name().to_owned(),
        explanation: match before(&case) {
            Some(why) => format!("{} {why}", outcome.cause.explain()),
            None => outcome.cause.explain().to_owned(),
        },
        remedy: help.text,
        settings: help.settings,
        no_setting: help.no_setting.into_owned(),
        next: Vec::new(),
        mends: None,
        log: outcome.log(case.profile().client).to_owned(),
        look_for: look_for(&case),
    }
}

/// The lines; a time is said once for everything that happens at it.
fn tell_lines(teller: &Teller, lines: &[Line], text: &mut String) {
    let mut last = String::new();
    for line in lines {
        let time = teller.time(line.at);
        let shown = if time == last { "" } else { &time };
        let _ = writeln!(text, "  {shown:23}  {}", line.text);
        last = time;
    }
}

/// Why the program that was to run first failed, if that is the cause.
fn before(case: &Case) -> Option<String> {
    let inner = case.outcome.innermost();
    (inner != case.outcome.cause).then(|| {
        let program = &case.program().id;
        format!("{program} failed: {}. {}", inner.name(), inner.explain())
    })
}

fn conclude(teller: &Teller, case: Case, trial: Option<&Trial>, text: &mut String) {
    let outcome = case.outcome;
    let _ = writeln!(
        text,
        "  Outcome: {} ({})",
        outcome.ending.name(),
        outcome.state.name()
    );
    if outcome.cause == Cause::None {
        return tell_log(&case, text);
    }
    let _ = writeln!(
        text,
        "  Cause: {}. {}",
        outcome.cause.name(),
        outcome.cause.explain()
    );
    if let Some(why) = before(&case) {
        let _ = writeln!(text, "  {why}");
    }
    let resource = teller.resource(outcome.concerns());
    if !resource.is_empty() {
        let _ = writeln!(text, "  Resource: {resource}");
    }
    let remedy = remedy(case);
    let _ = writeln!(text, "  What would help: {}", remedy.text);
    tell_settings(&remedy, text);
    if let Some(trial) = trial {
        tell_trial(trial, text);
    }
    tell_log(&case, text);
}

/// How a remedy is done in the scenario.
fn tell_settings(remedy: &Remedy, text: &mut String) {
    for setting in &remedy.settings {
        let _ = writeln!(text, "    {}", option(setting));
    }
    if !remedy.no_setting.is_empty() {
        let _ = writeln!(
            text,
            "    No edit of the scenario does it: {}.",
            remedy.no_setting
        );
    }
}

/// What came of doing what is said to help.
fn tell_trial(trial: &Trial, text: &mut String) {
    for (cause, remedy) in &trial.next {
        let name = cause.name();
        let _ = writeln!(text, "  Then it ends with {name}: {}", remedy.text);
        tell_settings(remedy, text);
    }
    let all = if trial.next.is_empty() {
        "this"
    } else {
        "all of this"
    };
    let has = if trial.is_mended {
        "has"
    } else {
        "still does not have"
    };
    let _ = writeln!(
        text,
        "  Tried out: with {all} the machine {has} the program."
    );
}

/// A cause that was met after what helped before, as data.
fn hurdle((cause, remedy): &(Cause, Remedy)) -> HurdleAnswer {
    HurdleAnswer {
        cause: cause.name().to_owned(),
        remedy: remedy.text.clone(),
        settings: remedy.settings.clone(),
        no_setting: remedy.no_setting.to_string(),
    }
}

/// The log to open, and what to look for there.
fn tell_log(case: &Case, text: &mut String) {
    let log = case.outcome.log(case.profile().client);
    let _ = writeln!(text, "  Log to open: {log}");
    for line in look_for(case) {
        let _ = writeln!(text, "    look for: {line}");
    }
}
