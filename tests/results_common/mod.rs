//! A small world and what could have come of it, made by hand.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::wildcard_imports,
    reason = "shared by several binaries, none of which needs all of it; a world is made of nearly all of `world`"
)]

use rollcast::engine::Distribution;
use rollcast::outcome::{
    Actor, Cause, Ending, Outcome, Replication, ReportState, Resource, ResourceKey, ResourceUse,
    Step, Timeline, Traffic,
};
use rollcast::product::Rules;
use rollcast::units::{Instant, Rate, Size, Span};
use rollcast::world::ServerRole;
use rollcast::world::*;

/// Machines with names of their own at the head office.
pub const NAMED: [&str; 4] = ["=HYPERLINK(1)", "PC,1", "PC-2", "PC-3"];

fn site(name: &str, parent: Option<SiteId>, wan_down: Option<LinkId>) -> Site {
    Site {
        name: name.into(),
        parent,
        depth: u32::from(parent.is_some()),
        wan_down,
        wan_up: None,
        lan: None,
        slow_boundary: parent.is_some(),
        ad_site: 0,
        preferred: Vec::new().into(),
        fallback: Vec::new(),
        bits: None,
        peers: None,
        time_zone: 0,
        accounts: SiteAccounts::default(),
        management_point: Some(ServerId(0)),
        client_access_point: Some(ServerId(0)),
    }
}

fn profile(group: &str, client: ClientKind, role: Role, naming: Option<NamePattern>) -> Profile {
    Profile {
        group: group.into(),
        naming,
        row: RowSays::default(),
        client,
        role,
        windows_9x: false,
        token_account: rollcast::world::AccountState::Ok,
        platform: PlatformId(0),
        domain: DomainId(0),
        user_domain: DomainId(0),
        user_groups: Vec::new(),
        sleeps: false,
        presence: rollcast::world::Presence::default(),
        availability: None,
        absence: None,
        roaming: None,
        sessions: None,
        user_logged_on: 1.0,
        user_is_administrator: 0.0,
        access: Rate(100_000_000),
        cache: Size(250_000_000),
        disk: None,
        existing_connections: Vec::new(),
        preferred: None,
        bits: None,
        mapped_drives: Vec::new(),
        poll_interval: Span::from_mins(60),
    }
}

fn server() -> Server {
    Server {
        name: "HQ-SMS1".into(),
        site: SiteId(1),
        domain: Some(DomainId(0)),
        roles: Roles {
            management_point: true,
            distribution_point: true,
            ..Roles::default()
        },
        egress: None,
        connection_limit: Some(10),
        bits: true,
        protected: false,
        boundary: Vec::new(),
        guest_enabled: false,
        station: Some(StationSpec {
            servers: 4,
            service: Span::from_secs(1),
            patience: Span::from_secs(60),
        }),
    }
}

fn program() -> Program {
    Program {
        id: "install".into(),
        package: PackageId(0),
        command_line: "setup.exe /q".into(),
        rights: Rights::Administrative,
        user_condition: UserCondition::Either,
        software_installation_account: false,
        msi: None,
        mapped_drive: false,
        is_elsewhere: false,
        needs_administrator: true,
        shares: Vec::new(),
        install_time: Distribution::Constant(Span::from_mins(10)),
        exit_codes: ExitCodes(vec![(1.0, 0)]),
        status_mif: false,
        maximum_run_time: Span::from_hours(12),
        after_running: AfterRunning::None,
        platforms: Vec::new(),
        run_first: None,
        disk: None,
    }
}

fn advertisement(id: &str) -> Advertisement {
    Advertisement {
        id: id.into(),
        program: ProgramId(0),
        collection: None,
        available: WallTime::START,
        assignment: Some(Assignment::AsSoonAsPossible),
        uptake: None,
        expires: WallTime::NEVER,
        content: ContentAccess {
            local: LocalContent::Download,
            remote: RemoteContent::Download,
            peers: true,
        },
    }
}

/// A head office with four machines from an inventory and a branch with
/// `branch` numbered ones. All get `OFFICE`; those of the head office get
/// `PATCH` too.
pub fn world_of(branch: u32) -> World {
    let pattern = NamePattern(vec![
        NamePart::Site,
        NamePart::Text("-".into()),
        NamePart::Number(6),
    ]);
    let mut fleet = Fleet {
        profiles: vec![
            profile(
                "pcs",
                ClientKind::Advanced,
                Role::Workstation,
                Some(pattern),
            ),
            profile("inventory", ClientKind::Legacy, Role::Workstation, None),
        ],
        target_sets: vec![
            vec![AdvertisementId(0)],
            vec![AdvertisementId(0), AdvertisementId(1)],
        ],
        by_site: vec![0..branch, branch..branch + 4],
        ..Fleet::default()
    };
    for name in 0..branch {
        fleet.machines.push(Machine {
            key: 0,
            profile: ProfileId(0),
            name,
            targets: 0,
            first_job: name,
        });
    }
    for (index, name) in NAMED.iter().enumerate() {
        let name = fleet.names.push(name);
        let first_job = branch + 2 * index as u32;
        fleet.machines.push(Machine {
            key: 0,
            profile: ProfileId(1),
            name,
            targets: 1,
            first_job,
        });
    }
    let sites = vec![
        site("branch", Some(SiteId(1)), Some(LinkId(0))),
        site("hq", None, None),
    ];
    World {
        title: "Two offices".into(),
        start: jiff::civil::date(2006, 3, 17).at(18, 0, 0, 0),
        horizon: Span::from_hours(12),
        seed: 42,
        replications: 1,
        timeline_step: Span::from_hours(5),
        rules: Rules::default(),
        control: Control::default(),
        clocks: rollcast::world::Clocks::default(),
        stays: std::collections::BTreeMap::new(),
        identities: rollcast::world::Identities::default(),
        objectives: Vec::new(),
        directory: Directory {
            computers: Vec::new(),
            domains: vec![Domain {
                name: "CORP".into(),
                kind: DomainKind::ActiveDirectory,
                trusts: Vec::new(),
                controllers: Vec::new(),
                token_account: AccountState::Ok,
            }],
            accounts: vec![Account {
                servers: Vec::new(),
                name: "CORP\\naa".into(),
                domain: Some(DomainId(0)),
                groups: Vec::new(),
                domain_admin: false,
                network_logon: true,
                state: AccountState::Ok,
            }],
            groups: Vec::new(),
        },
        servers_at: ServersAt::new(&sites, &[server()]),
        sites,
        links: vec![Link {
            name: "branch".into(),
            kind: LinkKind::WanDown,
            rate: Rate(512_000),
            given: GivenRates {
                bits: 512e3 * 12.0 * 3600.0,
                others: Vec::new(),
                nothing: false,
                closed_by: Vec::new(),
            },
        }],
        servers: vec![server()],
        shares: vec![Share {
            name: "office".into(),
            path: "\\\\HQ-FS1\\office".into(),
            server: ServerId(0),
            access: AccessList::default(),
            null_session: false,
        }],
        platforms: Platforms::new(["Windows XP, SP2".into()]),
        fleet,
        packages: vec![Package {
            id: "OFF00001".into(),
            size: Size(266_000_000),
            version: 1,
            distribution_points: [ServerId(0)].into(),
            missing_at_start: Vec::new(),
            access: AccessList::default(),
        }],
        programs: vec![program()],
        advertisements: vec![advertisement("OFFICE"), advertisement("PATCH")],
        changes: Vec::new(),
        disturbances: Vec::new(),
        since: rollcast::units::SignedInstant::START,
        deliveries: Vec::new(),
        deliveries_in_a_row: 0,
        carried: Vec::new(),
        sent: rollcast::world::Sent::default(),
        sending: None,
        content_faults: Vec::new(),
        bits: Vec::new(),
        traffic: None,
        reporting: None,
    }
}

/// An installation that ended at `minute`.
pub fn installed(minute: u64) -> Outcome {
    let at = |minutes: u64| Instant::START + Span::from_mins(minutes);
    Outcome {
        state: ReportState::Succeeded,
        ending: Ending::Installed,
        cause: Cause::None,
        step: Step::Done,
        status_message: 10_008,
        code: Some(0),
        executing: Actor::LocalSystem,
        network: Actor::ComputerAccount,
        distribution_point: Some(ServerId(0)),
        attempts: 1,
        policy: at(0) + Span(1_500_000),
        content_start: at(0) + Span(2_000_001),
        content_end: at(minute.saturating_sub(10)),
        run_start: at(minute.saturating_sub(10)),
        run_end: at(minute),
        report: at(minute + 1),
        downloaded: Size(266_000_000),
        ..Outcome::default()
    }
}

/// A share that did not let the Network Access Account in, heard of at
/// `minute`.
pub fn denied(minute: u64) -> Outcome {
    let at = |minutes: u64| Instant::START + Span::from_mins(minutes);
    Outcome {
        state: ReportState::Failed,
        ending: Ending::Failed,
        cause: Cause::NetworkAccessAccountDenied,
        step: Step::Share,
        status_message: 10_006,
        code: Some(5),
        executing: Actor::LocalSystem,
        network: Actor::Account(AccountId(0)),
        resource: Resource::Share(ShareId(0)),
        distribution_point: Some(ServerId(0)),
        attempts: 1,
        policy: at(1),
        report: at(minute),
        from_shares: Size(7),
        ..Outcome::default()
    }
}

/// A replication of [`world_of`] with the given outcomes.
pub fn replication(world: &World, number: u32, outcomes: Vec<Outcome>) -> Replication {
    assert_eq!(outcomes.len(), world.job_count());
    let mut timeline = Timeline::new(
        world.timeline_step,
        world.horizon,
        world.advertisements.len(),
    );
    for machine in &world.fleet.machines {
        for (index, advertisement) in world.targets(machine).iter().enumerate() {
            let outcome = &outcomes[machine.first_job as usize + index];
            let at = if outcome.run_end.is_some() {
                outcome.run_end
            } else {
                outcome.report
            };
            timeline.change(
                advertisement.index(),
                at,
                ReportState::NoStatus,
                outcome.state,
            );
        }
    }
    let wan = ResourceUse {
        bytes: Size(1_000_000_000),
        requests: 7,
        peak_concurrency: Some(5),
        peak_use: Some(1.0),
        saturated: Span::from_mins(90),
        first: Instant::START + Span(1),
        last: Instant::START + Span::from_hours(6),
        ..ResourceUse::unused(ResourceKey::Link(LinkId(0)))
    };
    let point = ResourceUse {
        bytes: Size(1_500_000_000),
        requests: 8,
        peak_concurrency: Some(10),
        refusals: 3,
        waited: Span::from_secs(2),
        longest_wait: Span(1_250_000),
        ..ResourceUse::unused(ResourceKey::Server(
            ServerId(0),
            ServerRole::DistributionPoint,
        ))
    };
    Replication {
        number,
        outcomes: outcomes.into(),
        decisions: Vec::new(),
        from_peers: Vec::new(),
        held: Vec::new(),
        kept_off: Vec::new(),
        delivered: None,
        traffic: Traffic::default(),
        timeline,
        resources: vec![
            wan,
            point,
            ResourceUse::unused(ResourceKey::Share(ShareId(0))),
        ],
        events: 100 + u64::from(number),
        groups: 2,
        fingerprint: 0xdead_beef + u64::from(number),
    }
}

/// Six machines at the branch; one that a share refuses and one that never
/// polled there, and per-user installation into a service profile at the head
/// office.
pub fn sample() -> (World, Replication) {
    let world = world_of(6);
    let outcomes = sample_outcomes();
    let replication = replication(&world, 1, outcomes);
    (world, replication)
}

/// The outcomes of [`sample`].
pub fn sample_outcomes() -> Vec<Outcome> {
    let service_profile = Outcome {
        ending: Ending::ServiceProfile,
        cause: Cause::PerUserIntoService,
        executing: Actor::LocalTokenAccount,
        network: Actor::Nobody,
        ..installed(45)
    };
    let restart = Outcome {
        state: ReportState::RebootPending,
        ending: Ending::RestartPending,
        cause: Cause::RestartOutstanding,
        ..installed(400)
    };
    let mut outcomes = vec![
        installed(30),
        installed(60),
        denied(25),
        installed(120),
        restart,
        Outcome::default(),
    ];
    for minute in [40, 50, 55] {
        outcomes.extend([installed(minute), installed(minute + 300)]);
    }
    outcomes.extend([denied(35), service_profile]);
    outcomes
}
