//! What can be looked at: one number per run.
//!
//! The list is closed, so that a study says what it wants to know and not how
//! to work it out. Whatever did not happen within the horizon has no number,
//! and is never counted as one.

use crate::outcome::{Cause, Ending, Replication, ResourceKey, ResourceUse};
use crate::results::{Description, describe, for_each_job, is_met};
use crate::scenario::matches;
use crate::units::Instant;
use crate::units::Share;
use crate::world::{Advertisement, Site, World};
use serde::{Deserialize, Serialize};

/// A kind of number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Share of the machines that were installed, from 0 to 1.
    SuccessShare,
    /// Machines that were installed.
    Successes,
    /// Machines that were not installed by the horizon.
    Failures,
    /// Machines with one of the outcomes and causes named.
    Machines,
    /// Seconds until a share of the machines was installed.
    TimeTo,
    /// Bytes of packages that crossed the network.
    Downloaded,
    /// Tries of all machines.
    Attempts,
    /// Bytes that passed the resources.
    Bytes,
    /// Requests to the resources.
    Requests,
    /// Requests refused.
    Refusals,
    /// Requests that gave up waiting.
    Timeouts,
    /// Most requests at once at any of the resources.
    PeakConcurrency,
    /// Highest share of the capacity in use at any of the resources.
    PeakUse,
    /// Seconds at full use, summed over the resources.
    Saturated,
    /// Mean wait of a request, in seconds.
    MeanWait,
    /// Longest wait of a request, in seconds.
    LongestWait,
    /// 1 if an objective of the scenario was met, 0 if it was missed; nothing if
    /// the forecast cannot tell.
    Objective,
}

impl Measure {
    /// Whether it is about resources rather than machines.
    pub(crate) fn of_resources(self) -> bool {
        use Measure as M;
        matches!(
            self,
            M::Bytes
                | M::Requests
                | M::Refusals
                | M::Timeouts
                | M::PeakConcurrency
                | M::PeakUse
                | M::Saturated
                | M::MeanWait
                | M::LongestWait
        )
    }
}

/// A number with a name: a column of `runs.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// The name.
    pub name: String,
    /// What it is.
    pub measure: Measure,
    /// Advertisements, by glob.
    pub advertisement: String,
    /// Sites of the machines, by glob.
    pub site: String,
    /// Outcomes; none means any.
    pub outcomes: Vec<String>,
    /// Causes; none means any.
    pub causes: Vec<String>,
    /// The share of [`Measure::TimeTo`].
    pub share: Share,
    /// Kinds of resources, by glob.
    pub kind: String,
    /// Names of resources, by glob, or the name of an objective.
    pub resource: String,
}

impl Response {
    /// `measure` over everything, called `name`.
    pub fn new(name: &str, measure: Measure) -> Self {
        let any = || "*".to_owned();
        Self {
            name: name.to_owned(),
            measure,
            advertisement: any(),
            site: any(),
            outcomes: Vec::new(),
            causes: Vec::new(),
            share: Share::per_mille(950),
            kind: any(),
            resource: any(),
        }
    }

    /// What is looked at when a study does not say.
    pub fn usual() -> Vec<Self> {
        vec![
            Self::new("success_share", Measure::SuccessShare),
            Self::new("failures", Measure::Failures),
            Self::new("time_to_95", Measure::TimeTo),
        ]
    }

    /// What it is about that `world` does not have, if anything.
    pub(crate) fn lacks(&self, world: &World) -> Option<String> {
        if self.measure == Measure::Objective {
            return None;
        }
        if !self.measure.of_resources() {
            let mut advertisements = world.advertisements.iter();
            if !advertisements.any(|a| matches(&self.advertisement, &a.id)) {
                return Some(format!("no advertisement `{}`", self.advertisement));
            }
            let mut sites = world.sites.iter();
            if !sites.any(|site| matches(&self.site, &site.name)) {
                return Some(format!("no site `{}`", self.site));
            }
            return (!self.has_machines(world)).then(|| {
                format!(
                    "no machine at site `{}` that has an advertisement `{}`",
                    self.site, self.advertisement
                )
            });
        }
        let known = ResourceKey::all(world).any(|key| self.is_about(&describe(world, key)));
        (!known).then(|| match self.kind.as_str() {
            "*" => format!("no limited link, server or share `{}`", self.resource),
            kind => format!("no resource `{}` of kind `{kind}`", self.resource),
        })
    }

    /// Whether some machine that it is about has something that it is about.
    fn has_machines(&self, world: &World) -> bool {
        let is_wanted = |sites: &Site| matches(&self.site, &sites.name);
        let sites: Vec<bool> = world.sites.iter().map(is_wanted).collect();
        let is_wanted = |a: &Advertisement| matches(&self.advertisement, &a.id);
        let wanted: Vec<bool> = world.advertisements.iter().map(is_wanted).collect();
        let mut machines = world.fleet.machines.iter().enumerate();
        machines.any(|(at, machine)| {
            sites[world.fleet.site_of(at.into()).index()]
                && world.targets(machine).iter().any(|id| wanted[id.index()])
        })
    }

    fn is_about(&self, resource: &Description<'_>) -> bool {
        matches(&self.kind, resource.kind) && matches(&self.resource, resource.name)
    }

    /// The number of one replication of `world`; `None` if it did not come
    /// about within the horizon.
    ///
    /// # Errors
    /// If nothing in the world is what the response is about: the message says
    /// what is missing.
    pub fn of(&self, world: &World, replication: &Replication) -> Result<Option<f64>, String> {
        if self.measure == Measure::Objective {
            return self.of_objective(world, replication);
        }
        if self.measure.of_resources() {
            return self.of_resources(world, replication);
        }
        self.of_machines(world, replication)
            .map(|found| match self.measure {
                Measure::SuccessShare => Some(found.installed.len() as f64 / found.machines as f64),
                Measure::Successes => Some(found.installed.len() as f64),
                Measure::Failures => Some((found.machines - found.installed.len() as u64) as f64),
                Measure::Machines => Some(found.matching as f64),
                Measure::TimeTo => found.time_to(self.share),
                Measure::Downloaded => Some(found.downloaded as f64),
                _ => Some(found.attempts as f64),
            })
    }

    fn of_objective(
        &self,
        world: &World,
        replication: &Replication,
    ) -> Result<Option<f64>, String> {
        let mut objectives = world.objectives.iter();
        let Some(objective) = objectives.find(|objective| objective.name == self.resource) else {
            return Err(format!(
                "there is no objective `{}` in the scenario",
                self.resource
            ));
        };
        Ok(is_met(world, objective, replication).map(|met| f64::from(u8::from(met))))
    }

    fn of_machines(&self, world: &World, replication: &Replication) -> Result<Found, String> {
        let wanted: Vec<bool> = world
            .advertisements
            .iter()
            .map(|a| matches(&self.advertisement, &a.id))
            .collect();
        let sites: Vec<bool> = world
            .sites
            .iter()
            .map(|site| matches(&self.site, &site.name))
            .collect();
        let outcome = |ending: Ending| any(&self.outcomes, ending.name());
        let cause = |cause: Cause| any(&self.causes, cause.name());
        let mut found = Found::default();
        for_each_job(
            world,
            0..world.fleet.machines.len(),
            &replication.outcomes,
            |job| {
                if !wanted[job.advertisement.index()] || !sites[job.site.index()] {
                    return;
                }
                let record = job.outcome;
                found.machines += 1;
                found.matching += u64::from(outcome(record.ending) && cause(record.cause));
                found.downloaded += record.downloaded.0;
                found.attempts += u64::from(record.attempts);
                let since = job.successful_since(world, replication);
                found.installed.extend(since);
            },
        );
        if found.machines == 0 {
            return Err(format!(
                "response `{}`: no machine at site `{}` has an advertisement `{}`",
                self.name, self.site, self.advertisement
            ));
        }
        Ok(found)
    }

    fn of_resources(
        &self,
        world: &World,
        replication: &Replication,
    ) -> Result<Option<f64>, String> {
        let mut resources = replication.resources.iter();
        let mut wanted = resources
            .by_ref()
            .filter(|resource| self.is_about(&describe(world, resource.key)));
        let Some(first) = wanted.next() else {
            return Err(format!(
                "response `{}`: there is no resource `{}` of kind `{}`; resources.csv of a run lists them",
                self.name, self.resource, self.kind
            ));
        };
        let all: Vec<&ResourceUse> = std::iter::once(first).chain(wanted).collect();
        let sum = |of: fn(&ResourceUse) -> u64| {
            all.iter().map(|r| u128::from(of(r))).sum::<u128>() as f64
        };
        let most =
            |of: fn(&ResourceUse) -> Option<f64>| all.iter().filter_map(|r| of(r)).reduce(f64::max);
        Ok(match self.measure {
            Measure::Bytes => Some(sum(|r| r.bytes.0)),
            Measure::Requests => Some(sum(|r| r.requests)),
            Measure::Refusals => Some(sum(|r| r.refusals)),
            Measure::Timeouts => Some(sum(|r| r.timeouts)),
            Measure::PeakConcurrency => most(|r| r.peak_concurrency.map(|n| n as f64)),
            Measure::PeakUse => most(|r| r.peak_use),
            Measure::Saturated => Some(sum(|r| r.saturated.0) / 1e6),
            Measure::MeanWait => {
                let lined = sum(ResourceUse::lined);
                (lined > 0.0).then(|| sum(|r| r.waited.0) / 1e6 / lined)
            }
            _ => most(|r| Some(r.longest_wait.seconds())),
        })
    }
}

/// Whether `name` is one of `names`, or there are none.
fn any(names: &[String], name: &str) -> bool {
    names.is_empty() || names.iter().any(|wanted| wanted == name)
}

/// What is known of the machines that a response is about.
#[derive(Default)]
struct Found {
    machines: u64,
    matching: u64,
    downloaded: u64,
    attempts: u64,
    installed: Vec<Instant>,
}

impl Found {
    /// When the share was installed; the first machine, where the share is
    /// less than one machine.
    fn time_to(mut self, share: Share) -> Option<f64> {
        let needed = share.needed(self.machines).max(1);
        self.installed.sort_unstable();
        let last = usize::try_from(needed - 1).ok()?;
        self.installed.get(last).and_then(|at| at.seconds())
    }
}
