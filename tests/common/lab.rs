//! A small world for questions of access: one domain and its neighbours, one
//! distribution point, one file server, and the site accounts of SMS.

#![allow(
    dead_code,
    reason = "shared by several test binaries, none of which needs all of it"
)]

use rollcast::access::{
    Client, Execution, Purpose, Refusal, Standing, Target, User, View, attempt, candidate, cause,
    execute, execution_cause,
};
use rollcast::engine::Distribution;
use rollcast::outcome::{Actor, Cause};
use rollcast::product::Rules;
use rollcast::units::{Size, Span};
use rollcast::world::{
    AccessList, Account, AccountId, AccountState, AfterRunning, ClientKind, Directory, Domain,
    DomainId, DomainKind, ExitCodes, Fleet, Group, GroupId, MachineId, Package, PackageId, Program,
    Rights, Role, Roles, Server, ServerId, Share, ShareId, Site, SiteAccounts, SiteId, Trustee,
    UserCondition, World,
};

/// Active Directory; accepts accounts of [`OLD`].
pub(crate) const CORP: DomainId = DomainId(0);
/// Windows NT 4.0; accepts accounts of [`CORP`].
pub(crate) const OLD: DomainId = DomainId(1);
/// Active Directory that nobody here trusts.
pub(crate) const PARTNER: DomainId = DomainId(2);
/// A workgroup.
pub(crate) const HOME: DomainId = DomainId(3);

/// `CORP\naa`, meant as Network Access Account.
pub(crate) const NAA: Actor = Actor::Account(AccountId(0));
/// `CORP\swi`, meant as Software Installation Account.
pub(crate) const SWI: Actor = Actor::Account(AccountId(1));
/// `CORP\SMSClient_A`, meant as first Client Connection account.
pub(crate) const CONNECTION_A: Actor = Actor::Account(AccountId(2));
/// `CORP\SMSClient_B`, meant as second Client Connection account.
pub(crate) const CONNECTION_B: Actor = Actor::Account(AccountId(3));
/// `CORP\admin`, a Domain Admin.
pub(crate) const DOMAIN_ADMIN: Actor = Actor::Account(AccountId(4));
/// `local`, an account of each machine.
pub(crate) const LOCAL: Actor = Actor::Account(AccountId(5));
/// `PARTNER\stranger`, of a domain that is not trusted.
pub(crate) const STRANGER: Actor = Actor::Account(AccountId(6));
/// `OLD\trusted`, of the other, trusted domain.
pub(crate) const TRUSTED: Actor = Actor::Account(AccountId(7));

/// `CORP\Installers`, of which [`NAA`] is the only member.
pub(crate) const INSTALLERS: GroupId = GroupId(0);
/// `CORP\Staff`, which holds all users of [`CORP`].
pub(crate) const STAFF: GroupId = GroupId(1);
/// `CORP\Computers`, which holds all computers of [`CORP`].
pub(crate) const COMPUTERS: GroupId = GroupId(2);
/// `OLD\Installers`, empty: the same name in another domain.
pub(crate) const OLD_INSTALLERS: GroupId = GroupId(3);

/// The distribution point.
pub(crate) const POINT: ServerId = ServerId(0);
/// The file server.
pub(crate) const FILES: ServerId = ServerId(1);
/// The package on the distribution point.
pub(crate) const PACKAGE: Target = Target::Package(PackageId(0), POINT);
/// `\\FILES\install` on the file server; nobody may read it at first.
pub(crate) const SHARE: Target = Target::Share(ShareId(0));

/// The number of an account among the directory's.
pub(crate) fn id(actor: Actor) -> AccountId {
    match actor {
        Actor::Account(id) => id,
        other => panic!("{other:?} is not an account of the directory"),
    }
}

/// Its entry in an access list.
pub(crate) fn entry(actor: Actor) -> Trustee {
    Trustee::Account(id(actor))
}

/// The world and what the site hands its clients.
pub(crate) struct Lab {
    /// The world.
    pub(crate) world: World,
    /// The site's accounts: all of them configured at first.
    pub(crate) accounts: SiteAccounts,
}

impl Lab {
    /// Everything configured, and nobody admitted to the share.
    pub(crate) fn new() -> Self {
        Self {
            world: world(),
            accounts: SiteAccounts {
                network_access: Some(id(NAA)),
                software_installation: Some(id(SWI)),
                client_connection: vec![id(CONNECTION_A), id(CONNECTION_B)].into(),
            },
        }
    }

    /// Admits `trustees` to the share, and nobody else.
    pub(crate) fn share_for(mut self, trustees: &[Trustee]) -> Self {
        self.world.shares[0].access = AccessList {
            allow: trustees.to_vec(),
            deny: Vec::new(),
        };
        self
    }

    /// Admits `trustees` to the package, and nobody else.
    pub(crate) fn package_for(mut self, trustees: &[Trustee]) -> Self {
        self.world.packages[0].access = AccessList {
            allow: trustees.to_vec(),
            deny: Vec::new(),
        };
        self
    }

    /// Puts an account into a state.
    pub(crate) fn with_state(mut self, actor: Actor, state: AccountState) -> Self {
        self.world.directory.accounts[id(actor).index()].state = state;
        self
    }

    /// Puts the token account of `CORP`'s controllers into a state.
    pub(crate) fn with_token(mut self, state: AccountState) -> Self {
        self.world.directory.domains[CORP.index()].token_account = state;
        self
    }

    /// Changes the site's accounts.
    pub(crate) fn accounts(mut self, change: impl FnOnce(&mut SiteAccounts)) -> Self {
        change(&mut self.accounts);
        self
    }

    /// Enables Guest on both servers.
    pub(crate) fn with_guest(mut self) -> Self {
        self.world
            .servers
            .iter_mut()
            .for_each(|s| s.guest_enabled = true);
        self
    }

    /// Opens the share to null sessions.
    pub(crate) fn with_null_session(mut self) -> Self {
        self.world.shares[0].null_session = true;
        self
    }

    /// Any other change of the world.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut World)) -> Self {
        change(&mut self.world);
        self
    }

    /// A machine of `CORP` with a user who is not an administrator.
    pub(crate) fn client(&self, kind: ClientKind, role: Role) -> Client<'_> {
        Client {
            kind,
            role,
            windows_9x: false,
            token_account: AccountState::Ok,
            machine: MachineId(0),
            domain: CORP,
            user_domain: None,
            user_groups: &[],
            user: Some(User {
                administrator: false,
            }),
            accounts: &self.accounts,
        }
    }

    /// An Advanced Client on a workstation.
    pub(crate) fn advanced(&self) -> Client<'_> {
        self.client(ClientKind::Advanced, Role::Workstation)
    }

    /// A Legacy Client on a workstation.
    pub(crate) fn legacy(&self) -> Client<'_> {
        self.client(ClientKind::Legacy, Role::Workstation)
    }

    /// Runs `look` on the world with its accounts as declared.
    pub(crate) fn view<T>(&self, look: impl FnOnce(View) -> T) -> T {
        look(View::new(&self.world, &Standing::of(&self.world)))
    }

    /// Under which account the program runs.
    pub(crate) fn execute(
        &self,
        client: &Client,
        program: &Program,
    ) -> Result<Execution, (Actor, Refusal)> {
        self.view(|view| execute(view, client, program))
    }

    /// Whether the account gets in.
    pub(crate) fn attempt(
        &self,
        client: &Client,
        actor: Actor,
        target: Target,
    ) -> Result<Actor, Refusal> {
        self.view(|view| attempt(view, client, actor, target))
            .map(|grant| grant.session)
    }

    /// The accounts presented for `purpose`, whether or not they get in.
    pub(crate) fn candidates(
        &self,
        client: &Client,
        program: &Program,
        purpose: Purpose,
    ) -> Vec<Actor> {
        let execution = self.execute(client, program).expect("the program can run");
        self.view(|view| {
            (0..)
                .map_while(|n| candidate(view, client, &execution, purpose, n))
                .collect()
        })
    }

    /// The whole way of a program to the package or the share: the session that
    /// was granted, or the cause to report and the last code.
    pub(crate) fn reach(
        &self,
        client: &Client,
        program: &Program,
        purpose: Purpose,
    ) -> Result<Actor, (Cause, Option<u32>)> {
        let target = if purpose == Purpose::Share {
            SHARE
        } else {
            PACKAGE
        };
        let execution = self
            .execute(client, program)
            .map_err(|(actor, refusal)| (execution_cause(actor, refusal), Some(refusal.code)))?;
        let mut last = None;
        for actor in self.candidates(client, program, purpose) {
            match self.attempt(client, actor, target) {
                Ok(session) => return Ok(session),
                Err(refusal) => last = Some((actor, refusal)),
            }
        }
        Err((
            cause(client, &execution, purpose, last),
            last.map(|(_, refusal)| refusal.code),
        ))
    }

    /// What the account is called on a machine of `CORP`.
    pub(crate) fn name(&self, actor: Actor, machine: &str) -> String {
        let mut name = String::new();
        actor.write_name(&self.world, CORP, machine, &mut name);
        name
    }
}

/// A program with administrative rights that runs whether or not a user is
/// logged on.
pub(crate) fn administrative() -> Program {
    Program {
        id: "setup".into(),
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
        install_time: Distribution::Constant(Span::from_mins(5)),
        exit_codes: ExitCodes(vec![(1.0, 0)]),
        status_mif: false,
        maximum_run_time: Span::from_mins(60),
        after_running: AfterRunning::None,
        platforms: Vec::new(),
        run_first: None,
        disk: None,
    }
}

/// The same with the box "Use Software Installation Account" ticked.
pub(crate) fn with_installation_account() -> Program {
    Program {
        software_installation_account: true,
        ..administrative()
    }
}

/// A program with the user's rights.
pub(crate) fn user_rights() -> Program {
    Program {
        rights: Rights::User,
        user_condition: UserCondition::LoggedOn,
        needs_administrator: false,
        ..administrative()
    }
}

fn domain(name: &str, kind: DomainKind, trusts: &[DomainId]) -> Domain {
    Domain {
        name: name.into(),
        kind,
        trusts: trusts.to_vec(),
        controllers: Vec::new(),
        token_account: AccountState::Ok,
    }
}

fn account(name: &str, domain: Option<DomainId>) -> Account {
    Account {
        name: name.into(),
        domain,
        groups: Vec::new(),
        domain_admin: false,
        network_logon: true,
        state: AccountState::Ok,
        servers: Vec::new(),
    }
}

fn directory() -> Directory {
    let group = |id, name: &str, domain, users, computers| Group {
        name: name.into(),
        domain,
        computers,
        users,
        members: vec![id],
    };
    Directory {
        computers: Vec::new(),
        domains: vec![
            domain("CORP", DomainKind::ActiveDirectory, &[OLD]),
            domain("OLD", DomainKind::Nt4, &[CORP]),
            domain("PARTNER", DomainKind::ActiveDirectory, &[]),
            domain("HOME", DomainKind::Workgroup, &[]),
        ],
        accounts: vec![
            Account {
                groups: vec![INSTALLERS],
                ..account(r"CORP\naa", Some(CORP))
            },
            account(r"CORP\swi", Some(CORP)),
            account(r"CORP\SMSClient_A", Some(CORP)),
            account(r"CORP\SMSClient_B", Some(CORP)),
            Account {
                domain_admin: true,
                ..account(r"CORP\admin", Some(CORP))
            },
            account("local", None),
            account(r"PARTNER\stranger", Some(PARTNER)),
            account(r"OLD\trusted", Some(OLD)),
        ],
        groups: vec![
            group(GroupId(0), r"CORP\Installers", CORP, false, false),
            group(GroupId(1), r"CORP\Staff", CORP, true, false),
            group(GroupId(2), r"CORP\Computers", CORP, false, true),
            group(GroupId(3), r"OLD\Installers", OLD, false, false),
        ],
    }
}

fn server(name: &str, roles: Roles) -> Server {
    Server {
        name: name.into(),
        site: SiteId(0),
        domain: Some(CORP),
        roles,
        egress: None,
        connection_limit: None,
        bits: true,
        protected: false,
        boundary: Vec::new(),
        guest_enabled: false,
        station: None,
    }
}

fn site() -> Site {
    Site {
        name: "HQ".into(),
        parent: None,
        depth: 0,
        wan_down: None,
        wan_up: None,
        lan: None,
        slow_boundary: false,
        ad_site: 0,
        preferred: Vec::new().into(),
        fallback: Vec::new(),
        bits: None,
        peers: None,
        time_zone: 0,
        accounts: SiteAccounts::default(),
        management_point: None,
        client_access_point: None,
    }
}

fn servers() -> Vec<Server> {
    vec![
        server(
            "POINT",
            Roles {
                distribution_point: true,
                ..Roles::default()
            },
        ),
        server(
            "FILES",
            Roles {
                file_server: true,
                ..Roles::default()
            },
        ),
    ]
}

fn world() -> World {
    let (sites, servers) = (vec![site()], servers());
    World {
        title: "lab".into(),
        start: "2006-03-17T18:00".parse().expect("a date"),
        horizon: Span::from_hours(24),
        seed: 1,
        replications: 1,
        timeline_step: Span::from_mins(15),
        rules: Rules::default(),
        control: rollcast::world::Control::default(),
        objectives: Vec::new(),
        clocks: rollcast::world::Clocks::default(),
        stays: std::collections::BTreeMap::new(),
        identities: rollcast::world::Identities::default(),
        directory: directory(),
        servers_at: rollcast::world::ServersAt::new(&sites, &servers),
        sites,
        links: Vec::new(),
        servers,
        shares: vec![Share {
            name: "install".into(),
            path: r"\\FILES\install".into(),
            server: FILES,
            access: AccessList::default(),
            null_session: false,
        }],
        platforms: rollcast::world::Platforms::default(),
        fleet: Fleet::default(),
        packages: vec![Package {
            id: "CEN00001".into(),
            size: Size(10_000_000),
            version: 1,
            distribution_points: [POINT].into(),
            missing_at_start: Vec::new(),
            access: AccessList {
                allow: vec![Trustee::Users, Trustee::Guests, Trustee::Administrators],
                deny: Vec::new(),
            },
        }],
        programs: vec![administrative()],
        advertisements: Vec::new(),
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
