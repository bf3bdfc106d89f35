//! A diary in sentences.

use crate::access::{MsiFailure, MsiPlacement, Purpose, Reason, Refusal, Target};
use crate::model::journal::Entry;
use crate::outcome::{Actor, ReportFate, Resource};
use crate::product::{status, win32};
use crate::units::{Instant, Rate, Size, Span};
use crate::world::{LinkId, LinkKind, MachineId, PackageId, ServerId, World};

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
    pub fn time(&self, at: Instant) -> String {
        if !at.is_some() {
            return "never".to_owned();
        }
        let seconds = jiff::SignedDuration::from_micros(at.0.try_into().unwrap_or(i64::MAX));
        self.world.start.checked_add(seconds).map_or_else(
            |_| "after the end of the calendar".to_owned(),
            |time| time.strftime("%a %Y-%m-%d %H:%M:%S").to_string(),
        )
    }

    fn server(&self, id: ServerId) -> &str {
        &self.world.servers[id.index()].name
    }

    /// From where a point that pulls downloads a package.
    fn pulled_from(&self, package: PackageId, point: ServerId) -> Option<&str> {
        let mut deliveries = self.world.deliveries.iter();
        let delivery = deliveries.find(|at| (at.package, at.point) == (package, point))?;
        Some(self.server(delivery.pulled?.source?))
    }

    fn share(&self, id: crate::world::ShareId) -> &str {
        &self.world.shares[id.index()].path
    }

    fn program(&self, id: crate::world::ProgramId) -> &str {
        &self.world.programs[id.index()].id
    }

    pub(super) fn package(&self, id: crate::world::PackageId) -> &str {
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

    fn target(&self, target: Target) -> String {
        match target {
            Target::Package(package, point) => {
                let package = &self.world.packages[package.index()].id;
                format!("package {package} on {}", self.server(point))
            }
            Target::Share(share) => self.share(share).to_owned(),
        }
    }

    fn refusal(refusal: Refusal) -> String {
        let text = win32::describe(refusal.code).map_or("", |code| code.text);
        format!(
            "{} (error {}: {text})",
            refusal.reason.explain(),
            refusal.code
        )
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
            Entry::Chosen(true) => "its user will run the optional program".to_owned(),
            Entry::Chosen(false) => "nobody runs the optional program".to_owned(),
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
            } => {
                let by = controller.map_or_else(String::new, |c| {
                    format!(", validated by {}", self.server(c))
                });
                let (actor, target) = (self.account(*actor), self.target(*target));
                match result {
                    Ok(grant) => format!(
                        "{} as {actor}{by}: {target} lets it in{}",
                        purpose_text(*purpose),
                        match grant.session {
                            Actor::Guest => " as Guest",
                            Actor::NullSession => " without credentials",
                            _ => "",
                        }
                    ),
                    Err(refusal) => format!(
                        "{} as {actor}{by}: {target} refuses; the account {}",
                        purpose_text(*purpose),
                        Self::refusal(*refusal)
                    ),
                }
            }
            Entry::Locked {
                actor,
                since,
                until,
                first,
                machines,
            } => {
                let since = self.time(*since);
                let until = if until.is_some() {
                    self.time(*until)
                } else {
                    "an administrator unlocks it".to_owned()
                };
                let culprits = self.culprits(first, *machines);
                let account = self.account(*actor);
                format!("{account} is locked from {since} until {until}: {culprits}")
            }
            Entry::ContactRefused(server, actor, refusal) => format!(
                "polls {} as {}: refused; the account {}; asks again at the next poll",
                self.server(*server),
                self.account(*actor),
                Self::refusal(*refusal)
            ),
            Entry::RightsTaken(at) => {
                format!("Group Policy will take its rights away {}", self.time(*at))
            }
            Entry::NobodyToPresent(purpose) => {
                format!("{}: there is no account to present", purpose_text(*purpose))
            }
            Entry::CacheTooSmall(cache) => {
                format!("the package is larger than the whole cache of {cache}")
            }
            Entry::CacheFull(free) => format!("only {free} of the cache can be had now"),
            Entry::ContentStarts(point, package, size) => format!(
                "{size} of package {} start to flow from {}",
                self.package(*package),
                self.server(*point)
            ),
            Entry::Peer(entry) => self.peers(entry),
            Entry::ContentComplete(time, size) => complete(*time, *size),
            Entry::Flows {
                link,
                capacity,
                transfers,
                rate,
            } => self.flows(*link, *capacity, *transfers, *rate),
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
            Entry::Away(site, until) => {
                let site = &self.world.sites[site.index()].name;
                if until.is_some() {
                    format!("is at {site} until {}", self.time(*until))
                } else {
                    format!("is at {site} to the end")
                }
            }
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
            Entry::Interrupted => "goes off in the middle of it".to_owned(),
            Entry::CountsDown(span) => format!("counts down {span} before the user's eyes"),
            Entry::Waits(cause) => format!("waits: {}", sentence(cause.explain())),
            Entry::Executes(execution) => format!(
                "runs as {}{}",
                self.account(execution.actor),
                match (execution.elevated, execution.administrator) {
                    (true, _) => ", made administrator for the run",
                    (false, true) => ", an administrator",
                    (false, false) => ", no administrator",
                }
            ),
            Entry::ExecutionRefused(Actor::Nobody, _) => {
                "cannot run: the program wants the Software Installation Account, and the site has none (error 1317)"
                    .to_owned()
            }
            Entry::ExecutionRefused(actor, refusal) => {
                let text = win32::describe(refusal.code).map_or("", |code| code.text);
                let told = if refusal.code == refusal.reason.code() {
                    "error"
                } else {
                    "which the client reports as error"
                };
                format!(
                    "cannot run as {}: it {} ({told} {}: {text})",
                    self.account(*actor),
                    at_the_machine(refusal.reason),
                    refusal.code
                )
            }
            Entry::Starts(program) => {
                let line = &self.world.programs[program.index()].command_line;
                format!("starts program {}: {line}", self.program(*program))
            }
            Entry::NeedsAdministrator => {
                "the program writes where administrators alone may write, and is denied access (error 5)"
                    .to_owned()
            }
            Entry::WindowsInstaller(actor, Ok(placement)) => match placement {
                MsiPlacement::PerMachine => {
                    "Windows Installer installs for all users of the machine".to_owned()
                }
                MsiPlacement::PerUser => format!(
                    "Windows Installer installs for {} alone, into that profile",
                    self.account(*actor)
                ),
                MsiPlacement::ServiceProfile => format!(
                    "Windows Installer installs per user into the profile of {}, where no user sees it",
                    self.account(*actor)
                ),
            },
            Entry::WindowsInstaller(actor, Err(failure)) => match failure {
                MsiFailure::NotPrivileged => format!(
                    "Windows Installer refuses to install for all users: {} is no administrator (message 1925)",
                    self.account(*actor)
                ),
                MsiFailure::NoUserProfile => format!(
                    "the package asks for the profile of a user, which {} does not have",
                    self.account(*actor)
                ),
                MsiFailure::UserInstallsDisabled => {
                    "Windows Installer refuses: the policy DisableUserInstalls forbids installations per user"
                        .to_owned()
                }
            },
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
            Entry::Restarts => "restarts".to_owned(),
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
            Entry::Over(cause) => format!("over: {}", sentence(cause.explain())),
            Entry::Offered(phase, at) => format!(
                "is offered the advertisement from {} on, in phase {phase}",
                self.time(*at)
            ),
            Entry::StartsLater(at) => {
                format!("was off at its start; its new one is {}", self.time(*at))
            }
            Entry::ContentComes(package, point, at) => {
                let id = &self.world.packages[package.index()].id;
                let way = match self.pulled_from(*package, *point) {
                    Some(source) => format!(", pulled from {source}"),
                    None => String::new(),
                };
                let point = self.server(*point);
                if at.is_some() {
                    let at = self.time(*at);
                    format!("package {id} is on its way, and comes to {point} {at}{way}")
                } else {
                    format!("package {id} does not come to {point} in time{way}")
                }
            }
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
            Entry::ReportWaits(id, Some(server), until) => format!(
                "{} does not take status message {id}; sends it again {}",
                self.server(*server),
                self.time(*until)
            ),
            Entry::ReportWaits(id, None, until) => {
                format!("status message {id} waits until {}", self.time(*until))
            }
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
            Entry::FoundBroken => "somebody finds out that the machine is broken".to_owned(),
        }
    }

    /// What holds a transfer back.
    fn flows(&self, link: LinkId, capacity: Rate, transfers: u64, rate: Rate) -> String {
        let link = &self.world.links[link.index()];
        let name = &link.name;
        let which = match link.kind {
            LinkKind::WanDown => format!("the WAN link to {name}"),
            LinkKind::WanUp => format!("the WAN link from {name}"),
            LinkKind::Lan => format!("the LAN of {name}"),
            LinkKind::Egress => format!("the network card of {name}"),
        };
        let gives = if capacity == link.rate {
            format!("gives {capacity}")
        } else {
            format!("gives {capacity} of its {} at this hour", link.rate)
        };
        match transfers {
            0 | 1 => format!("at {rate}: {which} {gives}, to this transfer alone"),
            n => format!("at {rate}: {which} {gives}, which {n} transfers share"),
        }
    }

    /// Who presented wrong passwords, the first to have come.
    fn culprits(&self, first: &[MachineId], machines: u32) -> String {
        if machines == 0 {
            return "an administrator has locked it".to_owned();
        }
        let names: Vec<String> = first.iter().map(|id| self.machine_called(*id)).collect();
        let more = machines as usize - names.len();
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("wrong passwords came from {}{more}", names.join(", "))
    }

    fn points(&self, tiers: &[Vec<crate::world::ServerId>], remote: bool) -> String {
        let kind = if remote { "remote" } else { "local" };
        format!("{kind} distribution points: {}", self.some(&tiers.concat()))
    }

    /// The names of the first few of these servers.
    fn some(&self, servers: &[crate::world::ServerId]) -> String {
        const SHOWN: usize = 6;
        let names: Vec<_> = servers.iter().map(|id| self.server(*id)).collect();
        let shown = names
            .iter()
            .take(SHOWN)
            .copied()
            .collect::<Vec<_>>()
            .join(", ");
        let more = names.len().saturating_sub(SHOWN);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        shown + &more
    }

    /// The name of a resource.
    pub fn resource(&self, resource: Resource) -> String {
        let mut out = String::new();
        resource.write_name(self.world, &mut out);
        out
    }
}

/// Why an account was turned away by the machine itself.
const fn at_the_machine(reason: Reason) -> &'static str {
    match reason {
        Reason::NotTrusted => "is of a domain that the domain of the machine does not trust",
        Reason::UnknownAccount => "is an account that the machine does not know",
        Reason::NotConfigured => "is not configured at the SMS site",
        reason => reason.explain(),
    }
}

/// How long the content took, where that was long.
fn complete(time: Span, size: Size) -> String {
    if time < Span::from_mins(1) {
        return "the content is complete".to_owned();
    }
    let bits = u128::from(size.0) * 8_000_000 / u128::from(time.0);
    let average = Rate(u64::try_from(bits).unwrap_or(u64::MAX));
    format!("the content is complete after {time}, at {average} on average")
}

const fn purpose_text(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::RunFromPoint => "connects to run",
        Purpose::Download => "connects to download",
        Purpose::Share => "reaches for the share",
    }
}

/// A sentence to stand inside another: no capital, no full stop.
fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
