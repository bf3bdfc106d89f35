//! A diary in sentences.

mod accounts;
mod content;
mod programs;

use crate::model::journal::Entry;
use crate::outcome::{Actor, Cause, ReportFate, Resource};
use crate::product::{status, win32};
use crate::units::{Instant, SignedInstant, Span};
use crate::world::{MachineId, PackageId, ProgramId, ServerId, ShareId, SiteId, World};

/// Tells the entries of one machine's diary in sentences.
#[derive(Debug, Clone)]
pub struct Teller<'w> {
    world: &'w World,
    machine: MachineId,
    name: String,
}

impl<'w> Teller<'w> {
    /// For the machine at position `machine`.
    pub fn new(world: &'w World, machine: MachineId) -> Self {
        let mut teller = Self {
            world,
            machine,
            name: String::new(),
        };
        teller.name = teller.machine_called(machine);
        teller
    }

    /// The machine's name.
    pub fn machine_name(&self) -> &str {
        &self.name
    }

    /// The name of an account, as this machine uses it.
    pub fn account(&self, actor: Actor) -> String {
        let machine = &self.world.fleet.machines[self.machine.index()];
        let mut out = String::new();
        actor.write_name(
            self.world,
            self.world.fleet.profile(machine),
            &self.name,
            &mut out,
        );
        if out.is_empty() {
            "no account".to_owned()
        } else {
            out
        }
    }

    /// A point in time as wall-clock time.
    pub fn time(&self, at: impl Into<SignedInstant>) -> String {
        let at: SignedInstant = at.into();
        if !at.is_some() {
            return "never".to_owned();
        }
        let seconds = jiff::SignedDuration::from_micros(at.0);
        self.world.start.checked_add(seconds).map_or_else(
            |_| "after the end of the calendar".to_owned(),
            |time| time.strftime("%a %Y-%m-%d %H:%M:%S").to_string(),
        )
    }

    fn server(&self, id: ServerId) -> &str {
        &self.world.servers[id.index()].name
    }

    fn share(&self, id: ShareId) -> &str {
        &self.world.shares[id.index()].path
    }

    fn program(&self, id: ProgramId) -> &str {
        &self.world.programs[id.index()].id
    }

    /// The name of a package.
    pub(super) fn package(&self, id: PackageId) -> &str {
        &self.world.packages[id.index()].id
    }

    /// The name of some machine.
    pub(super) fn machine_called(&self, id: MachineId) -> String {
        let fleet = &self.world.fleet;
        let site = &self.world.sites[fleet.site_of(id).index()].name;
        let mut name = String::new();
        fleet.write_name(&fleet.machines[id.index()], site, &mut name);
        name
    }

    /// `entry` as a sentence without its end.
    pub fn tell(&self, entry: &Entry) -> String {
        match entry {
            Entry::Learned(Some(server)) => format!(
                "polls {} and learns of the advertisement",
                self.server(*server)
            ),
            Entry::Learned(None) => "polls and learns of the advertisement".to_owned(),
            Entry::ContactTimedOut(server) => {
                format!(
                    "{} does not answer in time; asks again at the next poll",
                    self.server(*server)
                )
            }
            Entry::PointsTimedOut => {
                "the management point does not say in time where the content is".to_owned()
            }
            Entry::Expires => "the advertisement has expired: it is not tried again".to_owned(),
            Entry::Rejected(cause) => format!("rejects it: {}", sentence(cause.explain())),
            Entry::Accepted(due) if due.is_some() => format!("accepts it; due {}", self.time(*due)),
            Entry::Accepted(_) => "accepts it; no time is set".to_owned(),
            Entry::Chosen(at) if at.is_some() => {
                format!("its user chooses to run the optional program {}", self.time(*at))
            }
            Entry::Chosen(_) => "no user chooses to run the optional program".to_owned(),
            Entry::Program(program) => format!("program {} is next", self.program(*program)),
            Entry::AlreadyRan(program) => format!(
                "program {} has already succeeded here",
                self.program(*program)
            ),
            Entry::Points(tiers, remote) => self.points(tiers, *remote),
            Entry::PoolWidened(time, points) => format!(
                "has looked for {time}: its pool is widened by {}",
                self.some(points)
            ),
            Entry::NoPoint(cause) | Entry::NotOffered(cause) | Entry::Gone(cause) => {
                sentence(cause.explain())
            }
            Entry::IsBack => "the program is on the machine again: it has run for another \
                advertisement, or before another program"
                .to_owned(),
            Entry::Point(point) => format!("turns to distribution point {}", self.server(*point)),
            Entry::PreferredPoint(point) => {
                format!("turns to its preferred server {}", self.server(*point))
            }
            Entry::SessionsFull(point) => {
                format!(
                    "{} accepts no more sessions (error 71)",
                    self.server(*point)
                )
            }
            Entry::Attempt {
                purpose,
                actor,
                target,
                controller,
                result,
            } => self.attempt(*purpose, *actor, *target, *controller, *result),
            Entry::Locked {
                actor,
                since,
                until,
                first,
                machines,
            } => self.locked(*actor, (*since, *until), first, *machines),
            Entry::ContactRefused(server, actor, refusal) => format!(
                "polls {} as {}: refused; the account {}; asks again at the next poll",
                self.server(*server),
                self.account(*actor),
                accounts::refusal(*refusal)
            ),
            Entry::RightsTaken(at) => {
                format!("Group Policy will take its rights away {}", self.time(*at))
            }
            Entry::NoAccountToPresent(purpose) => {
                format!("{}: there is no account to present", accounts::purpose_text(*purpose))
            }
            Entry::CacheTooSmall(cache) => {
                format!("the package is larger than the whole cache of {cache}")
            }
            Entry::CacheFull(free) => format!("only {free} of the cache can be had now"),
            Entry::OlderInCache(package) => format!(
                "the cache has an older version of package {}: fetches the new one",
                self.package(*package)
            ),
            Entry::JoinsDownload(id) => format!(
                "advertisement {} of this machine is fetching the same content: waits for that",
                self.world.advertisements[id.index()].id
            ),
            Entry::ContentStarts(point, package, size) => format!(
                "{size} of package {} start to flow from {}",
                self.package(*package),
                self.server(*point)
            ),
            Entry::Peer(entry) => self.peers(entry),
            Entry::ContentComplete(time, size) => content::complete(*time, *size),
            Entry::Flows { flow, at: None } => self.flows(flow),
            Entry::Flows { flow, at: Some(at) } => {
                format!("slowest {}, {}", self.time(*at), self.flows(flow))
            }
            Entry::ShareStarts(share, size) => format!("reads {size} from {}", self.share(*share)),
            Entry::Uninstalls(since) => format!(
                "the client has reached no client access point since {} and uninstalls itself",
                self.time(*since)
            ),
            Entry::AwaitsToken(until) => format!(
                "the client service has written the shared token account and waits for replication until {}",
                self.time(*until)
            ),
            Entry::Hangs(until) => format!(
                "another controller has written the token account meanwhile: the client service hangs until {}",
                self.time(*until)
            ),
            Entry::Away(site, until) => self.away(*site, *until),
            Entry::ClockOff(offset) => format!(
                "its clock is {} {}",
                Span(offset.unsigned_abs()),
                if *offset > 0 { "ahead" } else { "behind" }
            ),
            Entry::Off(until, missed) if !until.is_some() => {
                format!("is switched off for good; were it on, {missed} now")
            }
            Entry::Off(until, missed) => {
                format!("is off until {}; then {missed}", self.time(*until))
            }
            Entry::ConnectionReused(point) => {
                format!(
                    "uses the user's connection to {} again",
                    self.server(*point)
                )
            }
            Entry::NoContentNeeded => {
                "needs no distribution point: the program is on a share, and the package has no files"
                    .to_owned()
            }
            Entry::NoDrive => {
                "the drive of the command line is not mapped in the logon session that runs it (error 3)"
                    .to_owned()
            }
            Entry::SessionShared(server, actor) => format!(
                "goes over the session that is open to {} as {}",
                self.server(*server),
                self.account(*actor)
            ),
            Entry::Unreachable(server) => {
                format!("{} cannot be reached (error 53)", self.server(*server))
            }
            Entry::ConnectionLost => "loses the connection".to_owned(),
            Entry::HashMismatch => "the content does not match its hash".to_owned(),
            Entry::Interrupted => "the machine goes down in the middle of it".to_owned(),
            Entry::RestartsFor(program) => {
                format!("the machine restarts for program {}", self.program(*program))
            }
            Entry::CountsDown(span) => format!("counts down {span} before the user's eyes"),
            Entry::Waits(cause) => format!("waits: {}", sentence(cause.explain())),
            Entry::Executes(execution) => self.executes(execution),
            Entry::ExecutionRefused(actor, refusal) => self.execution_refused(*actor, *refusal),
            Entry::Starts(program) => {
                let line = &self.world.programs[program.index()].command_line;
                format!("starts program {}: {line}", self.program(*program))
            }
            Entry::NeedsAdministrator => {
                "the program writes where administrators alone may write, and is denied access (error 5)"
                    .to_owned()
            }
            Entry::WindowsInstaller(actor, Ok(placement)) => self.installs(*actor, *placement),
            Entry::WindowsInstaller(actor, Err(failure)) => self.installs_not(*actor, *failure),
            Entry::Runs(time) => format!("the program works for {time}"),
            Entry::Exits(code) => {
                let text = win32::describe(*code).map_or("", |code| code.text);
                format!(
                    "the program returns {code}{}{text}",
                    if text.is_empty() { "" } else { ": " }
                )
            }
            Entry::StopsWatching => {
                "the maximum run time is over; the client stops watching".to_owned()
            }
            Entry::LogsUserOff(back) if self.world.covers(*back) => {
                format!("SMS logs the user off, who logs on again {}", self.time(*back))
            }
            Entry::LogsUserOff(_) => "SMS logs the user off".to_owned(),
            Entry::Restarts => "restarts".to_owned(),
            Entry::RestartWaits(at) if self.world.covers(*at) => format!(
                "the restart waits for a maintenance window in which it fits: {}",
                self.time(*at)
            ),
            Entry::RestartWaits(_) => "the restart waits for a maintenance window in which it \
                fits, and none opens before the end of the forecast"
                .to_owned(),
            Entry::HasRestarted => {
                "has restarted, which completes the installation".to_owned()
            }
            Entry::TriesAgain { at, alike: 0 } => format!("tries again {}", self.time(*at)),
            Entry::TriesAgain { at, alike } => {
                format!(
                    "tries {alike} more times with the same result, last {}",
                    self.time(*at)
                )
            }
            Entry::Status(id) => {
                let text = status::message(*id).map_or("", |message| message.meaning);
                format!("status message {id}: {text}")
            }
            Entry::Over(cause) if cause.name().is_empty() => "done".to_owned(),
            Entry::Over(Cause::RestartOutstanding) => {
                "done, but for a restart of the machine".to_owned()
            }
            Entry::Over(cause) => format!("over: {}", sentence(cause.explain())),
            Entry::Offered(phase, at) => format!(
                "is offered the advertisement from {} on, in phase {phase}",
                self.time(*at)
            ),
            Entry::StartsLater(at) => {
                format!("was off at its start; its new one is {}", self.time(*at))
            }
            Entry::ContentComes(package, point, at) => self.content_comes(*package, *point, *at),
            Entry::BeginsAgain(2) => "begins for the second time".to_owned(),
            Entry::BeginsAgain(3) => "begins for the third time".to_owned(),
            Entry::BeginsAgain(times) => format!("begins for the {times}th time"),
            Entry::NotAgain(true) => {
                "the program has succeeded before and is not run again".to_owned()
            }
            Entry::NotAgain(false) => {
                "the program has failed before and is not run again".to_owned()
            }
            Entry::SlowLink(rate) => {
                format!("the link gives {rate}, so that the assignment does not hold")
            }
            Entry::Throttled(rate) if rate.is_unlimited() => {
                "no policy limits the download at this hour".to_owned()
            }
            Entry::Throttled(rate) => format!("a policy limits the download to {rate}"),
            Entry::ReportWaits(id, Some(server), until) if !until.is_some() => {
                format!("{} does not take status message {id}", self.server(*server))
            }
            Entry::ReportRefused {
                message,
                server,
                alike,
                last,
            } => format!(
                "{} does not take status message {message} at {alike} more {}, last {}",
                self.server(*server),
                if *alike == 1 { "try" } else { "tries" },
                self.time(*last)
            ),
            Entry::ReportWaits(id, Some(server), until) => format!(
                "{} does not take status message {id}; sends it again {}",
                self.server(*server),
                self.time(*until)
            ),
            Entry::ReportWaits(id, None, until) => {
                format!("status message {id} waits until {}", self.time(*until))
            }
            Entry::ReportStays(id) => format!(
                "status message {id} is never sent: its client is gone"
            ),
            Entry::ReportArrives(id, at) => format!(
                "the site server hears status message {id} {}",
                self.time(*at)
            ),
            Entry::ReportLost(id, ReportFate::InboxFull) => {
                format!("status message {id} is lost: the inbox is full")
            }
            Entry::ReportLost(id, _) => {
                format!("status message {id} is lost behind the inbox")
            }
            Entry::Superseded(by) => format!(
                "program {} supersedes this one, which is not run",
                self.program(*by)
            ),
            Entry::NothingToRemove(remover) => format!(
                "there is nothing that program {} could remove",
                self.program(*remover)
            ),
            Entry::NotAdvertised(true) => {
                "finds that the advertisement has been withdrawn".to_owned()
            }
            Entry::NotAdvertised(false) => "finds that the advertisement has expired".to_owned(),
            Entry::Member(collection, from) => format!(
                "is a member of the collection {collection} since {}",
                self.time(*from)
            ),
            Entry::NoMember(collection) => {
                format!("finds that it is no longer in the collection {collection}")
            }
            Entry::Removes(program, time) => format!(
                "removes program {}, which takes {time}",
                self.program(*program)
            ),
            Entry::ClientRemoved(at) => format!(
                "its client was removed {}, outside the boundaries of its site",
                self.time(*at)
            ),
            Entry::EndedByVerification => {
                "the client verifies itself, which ends the program without a word".to_owned()
            }
            Entry::FoundBroken => "the machine is found to be broken".to_owned(),
        }
    }

    fn away(&self, site: SiteId, until: Instant) -> String {
        let site = &self.world.sites[site.index()].name;
        if until.is_some() {
            format!("is at {site} until {}", self.time(until))
        } else {
            format!("is at {site} to the end")
        }
    }

    /// The name of a resource.
    pub fn resource(&self, resource: Resource) -> String {
        let mut out = String::new();
        resource.write_name(self.world, &mut out);
        out
    }
}

/// Names with which a sentence begins: they keep their capital.
const NAMES: [&str; 2] = ["Windows ", "SMS"];

/// A sentence to stand inside another: no capital but that of a name, no full stop.
fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    if NAMES.iter().any(|name| text.starts_with(name)) {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_sentence_inside_another_keeps_the_capitals_of_names_alone() {
        assert_eq!(sentence("The disk is full."), "the disk is full");
        assert_eq!(
            sentence("Windows Installer ends."),
            "Windows Installer ends"
        );
    }
}
