//! What can be looked at: one number per run.
//!
//! The list is closed, so that a study says what it wants to know and not how
//! to work it out. Whatever did not happen within the horizon has no number,
//! and is never counted as one; neither has a share or a time of nothing.

use super::value::{Lack, Value};
use crate::outcome::{Cause, Ending, Replication, ResourceKey, ResourceUse};
use crate::results::{Description, Holders, are_met, describe, for_each_job, is_met};
use crate::scenario::matches;
use crate::units::{Instant, Share, Span};
use crate::world::{Advertisement, Objective, Site, World};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    pub(crate) fn lacks(&self, world: &World) -> Option<Missing> {
        if self.measure == Measure::Objective {
            return None;
        }
        if !self.measure.of_resources() {
            let mut advertisements = world.advertisements.iter();
            if !advertisements.any(|a| matches(&self.advertisement, &a.id)) {
                let what = format!("no advertisement `{}`", self.advertisement);
                return Some(Missing::Name(what));
            }
            let mut sites = world.sites.iter();
            if !sites.any(|site| matches(&self.site, &site.name)) {
                return Some(Missing::Name(format!("no site `{}`", self.site)));
            }
            return (!self.has_machines(world)).then_some(Missing::Machines);
        }
        let known = ResourceKey::all(world).any(|key| self.is_about(&describe(world, key)));
        (!known).then(|| {
            Missing::Name(match self.kind.as_str() {
                "*" => format!("no limited link, server or share `{}`", self.resource),
                kind => format!("no resource `{}` of kind `{kind}`", self.resource),
            })
        })
    }

    /// Which machines it is about, in words.
    pub(crate) fn machines_in_words(&self) -> String {
        let part = |what: &str, pattern: &str| match pattern {
            "*" => String::new(),
            pattern => format!(" {what} `{pattern}`"),
        };
        let site = part("at site", &self.site);
        let advertisement = part("with advertisement", &self.advertisement);
        format!("machine{site}{advertisement}")
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

    /// What one replication of `world` says of each of `responses`. All objectives are
    /// counted in one look at the rows.
    pub fn all_of(responses: &[Self], world: &World, replication: &Replication) -> Vec<Value> {
        let is_objective = |response: &Self| response.measure == Measure::Objective;
        let met = if responses.iter().any(is_objective) {
            are_met(world, replication)
        } else {
            Vec::new()
        };
        let objectives = world.objectives.iter().zip(met);
        let verdicts: BTreeMap<&str, Value> = objectives
            .map(|(objective, met)| (objective.name.as_str(), of_verdict(objective, met)))
            .collect();
        let value = |response: &Self| {
            if is_objective(response) {
                let known = verdicts.get(response.resource.as_str());
                known.map_or(Value::Undefined(Lack::Objective), Value::clone)
            } else {
                response.of(world, replication)
            }
        };
        responses.iter().map(value).collect()
    }

    /// What one replication of `world` says of it.
    pub fn of(&self, world: &World, replication: &Replication) -> Value {
        if self.measure == Measure::Objective {
            return self.of_objective(world, replication);
        }
        if self.measure.of_resources() {
            return self.of_resources(world, replication);
        }
        let found = self.of_machines(world, replication);
        let installed = found.holders.at_the_end();
        let count = |count: u64| Value::Number(count as f64);
        match self.measure {
            Measure::Successes => count(installed),
            Measure::Failures => count(found.machines - installed),
            Measure::Machines => count(found.matching),
            Measure::Downloaded => count(found.downloaded),
            Measure::Attempts => count(found.attempts),
            _ if found.machines == 0 => Value::Undefined(Lack::Machine),
            Measure::SuccessShare => Value::Number(installed as f64 / found.machines as f64),
            _ => found.time_to(self.share).into(),
        }
    }

    fn of_objective(&self, world: &World, replication: &Replication) -> Value {
        let mut objectives = world.objectives.iter();
        let Some(objective) = objectives.find(|objective| objective.name == self.resource) else {
            return Value::Undefined(Lack::Objective);
        };
        of_verdict(objective, is_met(world, objective, replication))
    }

    fn of_machines(&self, world: &World, replication: &Replication) -> Found {
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
                found.holders.take(&job.holding(world, replication));
            },
        );
        found
    }

    fn of_resources(&self, world: &World, replication: &Replication) -> Value {
        let resources = replication.resources.iter();
        let all: Vec<&ResourceUse> = resources
            .filter(|resource| self.is_about(&describe(world, resource.key)))
            .collect();
        if all.is_empty() {
            return Value::Undefined(Lack::Resource);
        }
        let sum = |of: fn(&ResourceUse) -> u64| {
            all.iter().map(|r| u128::from(of(r))).sum::<u128>() as f64
        };
        let most = |of: fn(&ResourceUse) -> Option<f64>, lack: Lack| {
            let found = all.iter().filter_map(|r| of(r)).reduce(f64::max);
            found.map_or(Value::Undefined(lack), Value::Number)
        };
        match self.measure {
            Measure::Bytes => Value::Number(sum(|r| r.bytes.0)),
            Measure::Requests => Value::Number(sum(|r| r.requests)),
            Measure::Refusals => Value::Number(sum(|r| r.refusals)),
            Measure::Timeouts => Value::Number(sum(|r| r.timeouts)),
            Measure::Saturated => Value::Number(sum(|r| r.saturated.0) / 1e6),
            Measure::PeakConcurrency => {
                most(|r| r.peak_concurrency.map(|n| n as f64), Lack::Figure)
            }
            Measure::PeakUse => most(|r| r.peak_use, Lack::Figure),
            Measure::MeanWait => {
                let lined = sum(ResourceUse::lined);
                let mean = (lined > 0.0).then(|| sum(|r| r.waited.0) / 1e6 / lined);
                mean.map_or(Value::Undefined(Lack::Wait), Value::Number)
            }
            _ => most(|r| r.longest_wait().map(Span::seconds), Lack::Wait),
        }
    }
}

fn of_verdict(objective: &Objective, met: Option<bool>) -> Value {
    match met {
        Some(met) => Value::Number(f64::from(u8::from(met))),
        None => Value::of_doubt(objective.doubt),
    }
}

/// What a response is about and a world does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Something of that name: this.
    Name(String),
    /// A machine.
    Machines,
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
    holders: Holders,
}

impl Found {
    /// When the share was installed; the first machine, where the share is
    /// less than one machine.
    fn time_to(self, share: Share) -> Option<f64> {
        let needed = share.needed(self.machines).max(1);
        let [at] = self.holders.reached([Some(needed)]);
        at.and_then(Instant::seconds)
    }
}
