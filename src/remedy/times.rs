//! When programs start and how long they may take: assignments, run times, restarts,
//! and the length of the forecast.

use super::plan::ALWAYS;
use super::{Case, Cause, Remedy, Step, of};
use crate::client::Mode;
use crate::units::{Instant, SignedInstant, Size, Span};
use crate::world::{AfterRunning, Arrival, Assignment, Fate, Program, UserCondition};

const DAY: Span = Span::from_days(1);
/// The longest forecast, in days.
const LONGEST_DAYS: u64 = 3_660;
/// How much slower lines may be once nothing is cut short.
const CROWDED: u128 = 4;
/// Longer than any forecast.
const FAR: Span = Span::from_days(2 * LONGEST_DAYS);
/// The chance that a program takes no longer than what is said of it.
const ALMOST_SURE: f64 = 0.999_999;

impl Case<'_> {
    /// An optional program that no user chose.
    pub(super) fn not_chosen(&self) -> Remedy {
        if self.advertisement.uptake.is_some() {
            let taken = self.of_advertisement("uptake", "{share=1, delay=\"0 s\"}");
            if self.has_user() {
                let text =
                    "Have every user choose it, or take `uptake` out and assign the program.";
                return self.for_users(Remedy::new(text).set(taken));
            }
            let text = "There may have been no user who could choose it: have one log on and choose it, or take `uptake` out and assign the program.";
            return self.for_users(self.with_user(Remedy::new(text).set(taken)));
        }
        let now = self.of_advertisement("assigned", "\"as soon as possible\"");
        let wants_user = |program: &&Program| program.user_condition == UserCondition::LoggedOn;
        match self.chain().find(wants_user).filter(|_| !self.has_user()) {
            Some(program) => {
                let text = format!(
                    "Assign the program if it must be installed, and have a user log on: {} needs one, and there may be none. Or let it run whether or not a user is logged on.",
                    program.id
                );
                Remedy::new(text).set(now).with(self.no_user())
            }
            None => self.for_users(self.general().set(now).with(self.without_logoff())),
        }
    }

    /// Users choose as soon as they see it.
    pub(super) fn chosen_later(&self) -> Remedy {
        let sooner = self.of_advertisement("uptake.delay", "\"0 s\"");
        self.general().set(sooner).with(self.without_logoff())
    }

    /// No program of the chain waits for a user to log off who never may.
    fn without_logoff(&self) -> Remedy {
        if !self.has_user() || self.profile().sessions.is_some() {
            return Remedy::default();
        }
        let waits = |program: &&Program| program.user_condition == UserCondition::LoggedOff;
        let waiting = self.chain().filter(waits);
        waiting.fold(Remedy::default(), |remedy, program| {
            remedy.set(of(program, "runs", ALWAYS))
        })
    }

    /// What is assigned to a time after the forecast is due at once.
    pub(super) fn due_in_time(&self) -> Option<String> {
        let last = self.world.last_moment();
        let late = self.assigned_to().is_some_and(|at| at.clamped() > last);
        late.then(|| self.of_advertisement("assigned", "\"as soon as possible\""))
    }

    /// What is due only after the forecast: by its assignment, by its start window, or
    /// because its content comes later still.
    pub(super) fn not_due(&self) -> Remedy {
        let is_at = matches!(self.advertisement.assignment, Some(Assignment::At(_)));
        let now = is_at.then(|| self.of_advertisement("assigned", "\"as soon as possible\""));
        let starts = &self.world.control.starts;
        let starts = starts
            .iter()
            .find(|(id, _)| self.world.advertisements[id.index()].id == self.advertisement.id);
        let at_once = starts.map(|_| self.of_advertisement("start_window.length", "\"0 s\""));
        let mut text = match (is_at, starts.is_some()) {
            (true, true) => {
                "Assign the program to an earlier time, shorten its start window, or forecast a longer time."
            }
            (false, true) => "Shorten the start window, or forecast a longer time.",
            (_, false) => self.cause().remedy(),
        }
        .to_owned();
        // That it is due sooner does not bring its content sooner.
        let content = self
            .chain()
            .find_map(|program| self.content_comes_late(program));
        if let Some(late) = &content {
            text = format!("{text} {}", late.text);
        }
        let earlier = Remedy::new(text).and(now).and(at_once);
        match content {
            Some(late) if late.settings.is_empty() => Remedy::new(earlier.text).or(late.no_setting),
            Some(late) => earlier.with(late),
            None if earlier.settings.is_empty() => self.longer(self.world.horizon),
            None => earlier,
        }
    }

    /// What would bring the content of `program` to the distribution points of the
    /// machine, if it does not come to any of them in the forecast.
    pub(super) fn content_comes_late(&self, program: &Program) -> Option<Remedy> {
        let world = self.world;
        let site = world.fleet.site_of(self.id);
        let points = &world.packages[program.package.index()].distribution_points;
        let at = |arrival: &&Arrival| world.servers[arrival.point.index()].site == site;
        let all = Arrival::of(program.package, &world.deliveries).iter();
        let own: Vec<&Arrival> = all.clone().filter(at).collect();
        let awaited = if own.is_empty() { all.collect() } else { own };
        let there = |arrival: &&Arrival| arrival.at <= world.last_moment();
        if awaited.is_empty() || points.len() > awaited.len() || awaited.iter().any(there) {
            return None;
        }
        let package = &world.packages[program.package.index()].id;
        if awaited.iter().any(|arrival| arrival.fate == Fate::OnItsWay) {
            let text = format!(
                "The package {package} is still on its way to the distribution points at the end of the forecast: send it earlier, let its addresses take more, or forecast a longer time; sending.csv tells how far it has come."
            );
            return Some(self.longer_as(&text, self.sending_time(&awaited)));
        }
        let text = format!(
            "The package {package} never comes to the distribution points: sending.csv tells how the way to each of them ended."
        );
        if let Some(elsewhere) = self.other_points(program) {
            // It has to come there, too.
            return Some(elsewhere.with(self.longer_as("", self.sending_time(&awaited))));
        }
        let no_route = |arrival: &&Arrival| arrival.fate == Fate::NoRoute;
        let why = if awaited.iter().any(no_route) {
            "no route leads from the site that sends it to that of the distribution point: join them by `parent`, or have the package `sent` from a site that is joined with it"
        } else {
            "it is given up on the way, for what the scenario says of servers, lines and [sending]"
        };
        Some(Remedy::new(text).or(why))
    }

    /// No less than all that is sent takes, one after the other, by the slowest line, once
    /// what is `awaited` has been released.
    fn sending_time(&self, awaited: &[&Arrival]) -> Span {
        let world = self.world;
        let released = awaited.iter().map(|arrival| arrival.released);
        let released = released.filter(|at| at.is_some()).max();
        let before = released.unwrap_or(Instant::START).since(Instant::START);
        let micros = CROWDED.saturating_mul(world.deliveries_in_a_row);
        let time = Span(u64::try_from(micros).unwrap_or(FAR.0).min(FAR.0));
        (before + time).max(world.horizon)
    }

    /// The advertisement lasts until after the forecast.
    pub(super) fn lasting(&self, end: &str) -> Remedy {
        let hours = hours(self.world.horizon + DAY);
        self.general()
            .set(self.of_advertisement(end, &format!("\"+{hours} h\"")))
    }

    /// A time that `program` hardly ever exceeds on this machine, what it reads from
    /// servers aside.
    pub(super) fn longest_run(&self, program: &Program) -> Span {
        let own = self.own(&self.world.fleet.overrides.install_time);
        own.map_or_else(|| program.install_time.sample(ALMOST_SURE), Span)
    }

    /// A time in which `program` ends on this machine, whatever it reads.
    fn time_needed(&self, program: &Program) -> Span {
        let outcome = self.outcome;
        let works = self.longest_run(program);
        let sleeps = self.profile().sleeps && self.profile().may_be_off();
        let slept = if sleeps {
            self.world.horizon
        } else {
            Span::ZERO
        };
        let is_its_own = program.id == self.program().id;
        if is_its_own && outcome.run_end.is_some() {
            return works.max(outcome.run_end.since(outcome.run_start)) + slept;
        }
        let whole = self.bytes_read(program);
        if whole == 0 {
            return works + slept;
        }
        let read = self.of_this_round(whole, outcome.from_shares.0 + outcome.downloaded.0);
        // It reads on when its client has stopped watching it.
        let until = if outcome.run_end.is_some() {
            outcome.run_end
        } else {
            self.world.last_moment()
        };
        let seen = if outcome.run_start.is_some() {
            until.since(outcome.run_start)
        } else {
            self.program().maximum_run_time
        };
        // Machines that are let read on take their part of the lines.
        let pace = (CROWDED * u128::from(seen.0) * whole).checked_div(read);
        let pace = pace.map(|pace| Span(u64::try_from(pace).unwrap_or(FAR.0).min(FAR.0)));
        let reads = match pace {
            // What comes round has been seen to end before.
            Some(pace) if self.outcome.occurrences > 0 => pace,
            Some(pace) if read >= self.bytes_read(self.program()) => pace,
            Some(pace) => pace.max(self.world.horizon),
            None => self.world.horizon,
        };
        works + reads + slept
    }

    /// Bytes that `program` may read while it runs: from shares, and from the
    /// distribution point, if it runs from there.
    fn bytes_read(&self, program: &Program) -> u128 {
        let own = &self.world.fleet.overrides;
        let of_share = self.own(&own.share_bytes).map(Size);
        let shares = program.shares.iter();
        let shares = shares.map(|used| u128::from(of_share.unwrap_or(used.read).0));
        let runs_there = [false, true].into_iter().any(|remote| {
            self.behaviour().mode(self.advertisement, remote) == Some(Mode::RunFromPoint)
        });
        let package = self.world.packages[program.package.index()].size.0;
        let package = self.own(&own.package_bytes).unwrap_or(package);
        let from_point = if runs_there { u128::from(package) } else { 0 };
        shares.sum::<u128>() + from_point
    }

    /// Longer than the programs of the chain take.
    pub(super) fn run_time(&self) -> Remedy {
        let mut remedy = self.general();
        let mut all = Span::ZERO;
        let mut widest = Span::ZERO;
        for program in self.ahead() {
            let needed = self.time_needed(program);
            all += needed;
            let exceeded = program.id == self.program().id;
            if exceeded || needed >= program.maximum_run_time {
                let needed = needed.max(program.maximum_run_time);
                let hours = hours(needed) + 1;
                widest = widest.max(Span::from_hours(hours));
                remedy = remedy.set(of(program, "maximum_run_time", &format!("\"{hours} h\"")));
            }
        }
        let room = self.windows().map(|(windows, _)| windows.longest());
        if room.is_some_and(|room| room < widest + self.world.rules.countdown) {
            remedy = remedy.and(self.never_closed());
        }
        let left = self.world.last_moment().since(self.outcome.run_start);
        if !self.outcome.run_end.is_some() && left < all {
            remedy = remedy.with(self.longer(all));
        }
        remedy
    }

    /// What has not come to its end yet.
    pub(super) fn under_way(&self) -> Remedy {
        self.longer(self.world.horizon)
    }

    /// The time to which the advertisement is assigned, where the machine is.
    pub(super) fn assigned_to(&self) -> Option<SignedInstant> {
        match self.advertisement.assignment? {
            Assignment::At(at) => Some(at.at(self.time_zone())),
            _ => None,
        }
    }

    /// When the advertisement becomes visible where the machine is.
    pub(super) fn available(&self) -> SignedInstant {
        self.advertisement.available.at(self.time_zone())
    }

    fn time_zone(&self) -> i64 {
        let site = self.world.fleet.site_of(self.id);
        self.world.sites[site.index()].time_zone
    }

    /// How long `bytes` take if they come as slowly as what came in `flown`; nothing,
    /// if nothing has come yet.
    fn time_to_fetch(&self, flown: Span, bytes: u64) -> Span {
        let time = 2 * u128::from(flown.0) * u128::from(bytes);
        let time = time.checked_div(u128::from(self.downloaded()));
        Span(u64::try_from(time.unwrap_or(0)).unwrap_or(FAR.0).min(FAR.0))
    }

    /// What has come of the package in this occurrence.
    fn downloaded(&self) -> u64 {
        let whole = u128::from(self.package_size());
        // It is no more than was downloaded.
        self.of_this_round(whole, self.outcome.downloaded.0) as u64
    }

    /// Of `bytes` that were read in all occurrences, each of which reads `whole`, those
    /// of the last one.
    fn of_this_round(&self, whole: u128, bytes: u64) -> u128 {
        let bytes = u128::from(bytes);
        let last = bytes.checked_rem(whole).filter(|last| *last > 0);
        if self.comes_round() {
            last.unwrap_or(bytes.min(whole))
        } else {
            bytes
        }
    }

    /// Whether the assignment comes round.
    fn comes_round(&self) -> bool {
        let mut recurring = self.world.control.repetition.recurring.keys();
        recurring.any(|id| self.world.advertisements[id.index()].id == self.advertisement.id)
    }

    /// The size of the program's package on this machine.
    fn package_size(&self) -> u64 {
        let package = &self.world.packages[self.program().package.index()];
        let own = self.own(&self.world.fleet.overrides.package_bytes);
        own.unwrap_or(package.size.0)
    }

    pub(super) fn restart(&self) -> Remedy {
        if self.program().after_running == AfterRunning::SmsRestarts {
            return self.restart_comes();
        }
        let restarts = self.of_program("after_running", "\"SMS restarts computer\"");
        let remedy = self.general().set(restarts);
        remedy.and(self.restart_window())
    }

    /// The restart of a program comes, in a maintenance window as programs do.
    fn restart_comes(&self) -> Remedy {
        if let Some(wider) = self.restart_window() {
            let text = format!(
                "The restart takes {}, and waits for a maintenance window into which it fits as programs do: widen the windows, or restart the machine by hand.",
                self.world.rules.restart_time
            );
            return Remedy::new(text).set(wider);
        }
        if self.comes_round() {
            let text = "Each occurrence leaves its restart to a later maintenance window, and a longer forecast may end in another one: widen the windows, so that each restarts before the next begins.";
            let longer = self.longer_as(text, self.world.horizon);
            return Remedy::new(text).and(self.never_closed()).with(longer);
        }
        let text = "Forecast a longer time, or let the restart come earlier: it waits for a maintenance window as programs do.";
        self.longer_as(text, self.world.horizon)
    }

    /// What waits for the program to run first, which may wait for its restart.
    pub(super) fn dependency(&self) -> Remedy {
        if self.outcome.step == Step::AfterRunning {
            return self.restart_comes();
        }
        self.longer(self.world.horizon)
    }

    /// A forecast that goes on for `more`.
    pub(super) fn longer(&self, more: Span) -> Remedy {
        self.longer_as(self.told_of_its_cause(), more)
    }

    /// What is told of its cause: a program that reads its package from a point is helped
    /// by what helps a download.
    fn told_of_its_cause(&self) -> &'static str {
        if self.reads_from_point() {
            Cause::StillDownloading.remedy()
        } else {
            self.cause().remedy()
        }
    }

    fn reads_from_point(&self) -> bool {
        self.cause() == Cause::StillRunning && self.outcome.step == Step::Content
    }

    pub(super) fn longer_as(&self, text: &str, more: Span) -> Remedy {
        let (world, outcome) = (self.world, self.outcome);
        let flown = world.last_moment().since(outcome.content_start);
        // What is still on its way comes at the pace of what has arrived.
        let flowing = outcome.content_start.is_some() && outcome.downloaded.0 > 0;
        let rest = self.package_size().saturating_sub(self.downloaded());
        let flows = self.cause() == Cause::StillDownloading || self.reads_from_point();
        let more = if flowing && flows {
            more.max(self.time_to_fetch(flown, rest))
        } else {
            more
        };
        let available = self.available();
        let due = self.assigned_to().map_or(available, |at| at.max(available));
        let seen = world.horizon.max(due.since(SignedInstant::START));
        let hours = hours(seen + more + more + DAY).min(LONGEST_DAYS * 24);
        let remedy = Remedy::new(text);
        if Span::from_hours(hours) <= world.horizon {
            return remedy.or("no forecast is longer");
        }
        remedy.set(format!("horizon=\"{hours} h\""))
    }

    /// A cycle that no forecast meets twice.
    pub(super) fn verify_cycle(&self) -> Remedy {
        self.rule(&format!("verify_cycle=\"{LONGEST_DAYS} d\""))
    }
}

/// Whole hours, rounded up.
fn hours(span: Span) -> u64 {
    span.0.div_ceil(Span::from_hours(1).0)
}
