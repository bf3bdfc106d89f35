//! The rows of an inventory: where each machine stands and which profile it has.

use super::profile;
use crate::scenario::ProblemCode;
use crate::scenario::inventory::{Inventory, TextColumn};
use crate::scenario::pattern::{self, nearest};
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::spelling::key;
use crate::scenario::written::{FleetGroup, Inherit};
use crate::units::grouped;
use crate::units::on_one_line;
use crate::world::{ClientKind, NO_OVERRIDE, Overrides, Profile, ProfileId, Role, World};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a row of the inventory has in common with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Traits {
    /// Position of its fleet group.
    pub group: Option<usize>,
    /// Its client, if the row says so.
    pub client: Option<ClientKind>,
    /// Its role, if the row says so.
    pub role: Option<Role>,
    /// Its entry in the column of platforms.
    pub platform: u32,
    /// Its entry in the column of domains.
    pub domain: u32,
}

/// The rows of an inventory, by site.
pub(super) struct Rows {
    /// The profile of each row.
    pub profiles: Vec<ProfileId>,
    /// The rows at each site, in the order of their names.
    pub by_site: Vec<Vec<u32>>,
}

impl Rows {
    /// The rows of `inventory`, whose profiles are added to `profiles`.
    pub(super) fn new(
        inventory: &Inventory,
        plan: &Plan,
        world: &World,
        profiles: &mut Vec<Profile>,
        problems: &mut Problems,
    ) -> Self {
        let columns = &inventory.columns;
        let mut known = |column, kind, find: &dyn Fn(&str) -> Option<usize>, names: Vec<&str>| {
            known(column, kind, find, &names, problems)
        };
        let groups = known(
            &columns.group,
            "fleet",
            &|name| plan.fleets.find_without_case(name),
            plan.fleets.names().collect(),
        );
        let domains = known(
            &columns.domain,
            "domain",
            &|name| find_domain(name, plan),
            plan.domains.names().collect(),
        );
        let sites = known(
            &columns.site,
            "site",
            &|name| plan.sites.find_without_case(name),
            plan.sites.names().collect(),
        );
        look_at_places(plan, problems);
        let mut rows = Self {
            profiles: Vec::new(),
            by_site: vec![Vec::new(); plan.sites.list().len()],
        };
        if problems.has_errors() {
            return rows;
        }
        let cell = |column: &TextColumn, row: usize| {
            column.cells.get(row).copied().unwrap_or(TextColumn::EMPTY)
        };
        let mut seen: HashMap<Traits, ProfileId> = HashMap::new();
        let mut home = DefaultSites::default();
        for row in 0..inventory.rows {
            let group = groups.get(cell(&columns.group, row) as usize).copied();
            let traits = Traits {
                group,
                client: columns.client.get(row).copied().flatten(),
                role: columns.role.get(row).copied().flatten(),
                platform: cell(&columns.platform, row),
                domain: cell(&columns.domain, row),
            };
            let profile = *seen.entry(traits).or_insert_with(|| {
                let domain = domains.get(traits.domain as usize).copied();
                profiles.push(profile::of_rows(
                    traits, columns, domain, plan, world, problems,
                ));
                ProfileId::from(profiles.len() - 1)
            });
            let site = sites.get(cell(&columns.site, row) as usize).copied();
            let site = site.or_else(|| home.of(group, plan, problems));
            rows.profiles.push(profile);
            rows.by_site[site.unwrap_or(0)].push(row as u32);
        }
        rows
    }
}

/// Complains about entries of `places` that name sites which are not there.
fn look_at_places(plan: &Plan, problems: &mut Problems) {
    let written = plan.written.inventory.as_ref();
    let places = written.and_then(|written| written.places.as_ref());
    for (says, site) in places.into_iter().flatten() {
        if plan.sites.find_without_case(site).is_some() {
            continue;
        }
        let message = format!(
            "`{}` of `places` stands for the site `{}`, which is not declared",
            **says, **site
        );
        let help = match nearest(site, plan.sites.names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it: [site.{}]", key(site)),
        };
        problems.error(ProblemCode::UnknownName, site.span(), message, help);
    }
}

/// Where the machines of each group stand whose row does not say.
#[derive(Default)]
struct DefaultSites(BTreeMap<Option<usize>, Option<usize>>);

impl DefaultSites {
    fn of(&mut self, group: Option<usize>, plan: &Plan, problems: &mut Problems) -> Option<usize> {
        *self.0.entry(group).or_insert_with(|| {
            let mut spec = group.map_or_else(FleetGroup::default, |at| plan.fleets.get(at).spec.clone());
            spec.inherit(&profile::inventory_defaults(plan));
            let candidates = match &spec.sites {
                Some(spread) => plan.sites.select(&spread.names, problems),
                None => (0..plan.sites.list().len()).filter(|at| plan.sites.get(*at).spec.parent.is_none()).collect(),
            };
            if candidates.len() != 1 {
                let place = plan.written.inventory.as_ref().and_then(|written| written.file.as_ref()?.span());
                let message = "some machines of the inventory do not say at which site they stand".to_owned();
                let help = "fill the column `site`, or name one site in `sites` of [inventory.defaults] or of their group";
                problems.error(ProblemCode::Ambiguous, place, message, help);
            }
            candidates.first().copied()
        })
    }
}

/// The position of a domain, whose DNS name or `NetBIOS` name may be meant: by
/// default the latter is the first label of the former, up to 15 characters.
fn find_domain(name: &str, plan: &Plan) -> Option<usize> {
    let short = |name: &str| {
        let label = name.split('.').next().unwrap_or(name);
        label.chars().take(15).collect::<String>().to_lowercase()
    };
    let plain = || plan.domains.find_without_case(&pattern::domain_name(name));
    let known = plan.domains.find_without_case(name).or_else(plain);
    known.or_else(|| {
        let wanted = short(name);
        let mut alike = (0..plan.domains.list().len()).filter(|at| {
            let have = &plan.domains.get(*at).name;
            short(have) == wanted && (have.contains('.') != name.contains('.'))
        });
        alike.next().filter(|_| alike.next().is_none())
    })
}

/// How many lines of a block to paste are told.
const PASTED: usize = 60;

/// What each value of a text column refers to; one error for all that refer to
/// nothing, with the lines that would declare them.
fn known(
    column: &TextColumn,
    kind: &str,
    find: &dyn Fn(&str) -> Option<usize>,
    names: &[&str],
    problems: &mut Problems,
) -> Vec<usize> {
    let found: Vec<Option<usize>> = column.values.iter().map(|name| find(name)).collect();
    let unknown: Vec<&String> = column
        .values
        .iter()
        .zip(&found)
        .filter_map(|(name, found)| found.is_none().then_some(name))
        .collect();
    if !unknown.is_empty() {
        let is_unknown = |cell: &&u32| found.get(**cell as usize).is_some_and(Option::is_none);
        let machines = column.cells.iter().filter(is_unknown).count();
        let message = undeclared(kind, &unknown, machines);
        problems.error(
            ProblemCode::UnknownName,
            problems.section("inventory"),
            message,
            to_paste(kind, &unknown, names),
        );
    }
    found.into_iter().map(Option::unwrap_or_default).collect()
}

/// `2 machines of the inventory have the site `x`, which is not declared`.
fn undeclared(kind: &str, unknown: &[&String], machines: usize) -> String {
    let have = match machines {
        1 => "1 machine of the inventory has".to_owned(),
        _ => format!(
            "{} machines of the inventory have",
            grouped(machines as u64)
        ),
    };
    match unknown {
        [name] => format!("{have} the {kind} `{name}`, which is not declared"),
        _ => format!(
            "{have} one of {} {kind}s that are not declared",
            unknown.len()
        ),
    }
}

/// The lines that declare `unknown`, and what else would help. A pattern declares
/// nothing, and of names that differ in case alone one is enough.
fn to_paste(kind: &str, unknown: &[&String], names: &[&str]) -> String {
    let (unknown, others): (Vec<&String>, Vec<&String>) =
        unknown.iter().partition(|name| pattern::is_plain(name));
    let mut met = BTreeSet::new();
    let unknown: Vec<&String> = unknown
        .into_iter()
        .filter(|name| met.insert(name.to_lowercase()))
        .collect();
    let Some(first) = others.first() else {
        return to_declare(kind, &unknown, names);
    };
    let can_be_mapped = kind == "site" && !first.is_empty() && !first.contains(['{', '}']);
    let map = if can_be_mapped {
        format!(
            ", or map it in [inventory]: places = {{ {} = \"SITE\" }}",
            key(first)
        )
    } else {
        String::new()
    };
    let shown = on_one_line(first);
    let what = if pattern::is_glob(first) {
        format!("a name with `*` or `?`, such as `{shown}`, is a pattern and")
    } else {
        format!("a name with braces or line breaks, such as `{shown}`,")
    };
    let renamed = format!("{what} cannot be a {kind} here: rename it in the file{map}");
    if unknown.is_empty() {
        renamed
    } else {
        format!(
            "{renamed}; for the others {}",
            to_declare(kind, &unknown, names)
        )
    }
}

/// The lines that declare `unknown`, none of them a pattern.
fn to_declare(kind: &str, unknown: &[&String], names: &[&str]) -> String {
    let near: Vec<String> = unknown
        .iter()
        .filter_map(|name| {
            nearest(name, names.iter().copied())
                .map(|near| format!("for `{name}` perhaps `{near}` is meant"))
        })
        .take(3)
        .collect();
    let near = if near.is_empty() {
        String::new()
    } else {
        format!("{}; else ", near.join(", "))
    };
    let make = match kind {
        "site" => "write `sites = \"make\"` in [inventory], or ",
        _ => "",
    };
    let unknown = pattern::as_ranges(unknown);
    let tables = unknown
        .iter()
        .take(PASTED)
        .map(|name| format!("\n[{kind}.{}]", key(name)));
    let more = match unknown.len().saturating_sub(PASTED) {
        0 => String::new(),
        more => format!("\nand {more} more"),
    };
    format!("{near}{make}paste{}{more}", tables.collect::<String>())
}

/// The columns of the inventory in the order of the machines.
pub(super) fn overrides(columns: &Overrides, rows: &[u32]) -> Overrides {
    let ordered = |column: &Vec<u64>| -> Vec<u64> {
        if column.is_empty() {
            return Vec::new();
        }
        rows.iter()
            .map(|row| column.get(*row as usize).copied().unwrap_or(NO_OVERRIDE))
            .collect()
    };
    Overrides {
        access: ordered(&columns.access),
        poll_offset: ordered(&columns.poll_offset),
        install_time: ordered(&columns.install_time),
        share_bytes: ordered(&columns.share_bytes),
        package_bytes: ordered(&columns.package_bytes),
        user_logged_on: ordered(&columns.user_logged_on),
        user_is_administrator: ordered(&columns.user_is_administrator),
        cache: ordered(&columns.cache),
        disk: ordered(&columns.disk),
        exit_code: ordered(&columns.exit_code),
    }
}
