//! What the exports say of the directory: domains, controllers, sites and their links.

use super::{Controller, Domain, Facts, Link, Lockout, Trust};
use crate::import::fault::Fault;
use crate::import::file::Cells;
use crate::import::lists::Lists;
use crate::import::units::{first_name, names_of_list};
use crate::scenario::inventory::domain_of_path;

impl Facts {
    pub(super) fn controller(&mut self, row: Cells) {
        let controller = Controller {
            domain: row.text("domain").to_lowercase(),
            forest: row.text("forest").to_lowercase(),
            site: first_name(row.text("site")).to_owned(),
            is_pdc: is_pdc(row.text("operationmasterroles")),
        };
        self.controllers
            .insert(row.text("hostname").to_lowercase(), controller);
    }

    pub(super) fn trust(&mut self, row: Cells) -> Result<(), Fault> {
        let source = domain_of_path(row.text("source"));
        let source = source.unwrap_or_else(|| row.text("source").to_owned());
        let target = row.first(&["target", "name"]);
        let direction = row.word(
            "direction",
            &[
                ("disabled", 0),
                ("inbound", 1),
                ("outbound", 2),
                ("bidirectional", 3),
            ],
        )?;
        // TRUST_ATTRIBUTE_WITHIN_FOREST and TRUST_ATTRIBUTE_FOREST_TRANSITIVE (MS-ADTS
        // 6.1.6.7.9).
        let attributes = row.number("trustattributes").ok().flatten().unwrap_or(0);
        let says = |heading, bit| row.flag(heading).unwrap_or(attributes & bit != 0);
        let within_forest = says("intraforest", 0x20);
        let of_forests = says("foresttransitive", 0x8);
        let mut add = |source: &str, target: &str| {
            self.trusts.insert(Trust {
                source: source.to_lowercase(),
                target: target.to_lowercase(),
                within_forest,
                of_forests,
            });
        };
        // Inbound: the target accepts accounts of the source.
        if matches!(direction, Some(2 | 3)) {
            add(&source, target);
        }
        if matches!(direction, Some(1 | 3)) {
            add(target, &source);
        }
        Ok(())
    }

    pub(super) fn domain(&mut self, row: Cells) {
        let domain = Domain {
            netbios: row.text("netbiosname").to_owned(),
            forest: row.text("forest").to_lowercase(),
            pdc: row.text("pdcemulator").to_lowercase(),
        };
        self.domains
            .insert(row.text("dnsroot").to_lowercase(), domain);
    }

    pub(super) fn policy(&mut self, row: Cells) -> Result<(), Fault> {
        let domain = domain_of_path(row.text("distinguishedname")).unwrap_or_default();
        let duration = time_span(row.text("lockoutduration"));
        // Windows sees to it that an account is locked for the window at least.
        let longest = match duration {
            Some(0) => u64::MAX,
            said => said.unwrap_or(LOCKED),
        };
        let window = time_span(row.text("lockoutobservationwindow"));
        let is_too_long = window.unwrap_or(LOCKED) > longest;
        let lockout = Lockout {
            // Windows takes 0 to 999.
            threshold: row.number("lockoutthreshold")?.unwrap_or(0).clamp(0, 999),
            duration,
            window: if is_too_long { Some(longest) } else { window },
        };
        self.lockouts.insert(domain.to_lowercase(), lockout);
        Ok(())
    }

    pub(super) fn link(&mut self, row: Cells) -> Result<(), Fault> {
        let sites = names_of_list(row.text("sitesincluded"));
        if sites
            .iter()
            .any(|site| site.contains("ADPropertyValueCollection"))
        {
            let message =
                "the sites of the link are lost: the column holds the name of a type".to_owned();
            let help = "export them as docs/import.md shows, with `-join ';'`";
            return Err(row.fault("sitesincluded", message, help));
        }
        let link = Link {
            cost: row.number("cost")?.unwrap_or(100),
            sites,
        };
        let mut key = (row.text("name").to_owned(), link.sites.clone());
        key.1.sort_unstable();
        let known = self.links.entry(key).or_insert_with(|| link.clone());
        known.cost = known.cost.min(link.cost);
        Ok(())
    }

    pub(super) fn subnet(&mut self, row: Cells, lists: &mut Lists) {
        let (name, site) = (row.text("name"), first_name(row.text("site")));
        if site.is_empty() {
            lists.gap("subnets {}: they belong to no site", name);
        } else {
            self.subnets.insert(name.to_owned(), site.to_owned());
        }
    }

    pub(super) fn ad_site(&mut self, name: &str) {
        if !name.is_empty() {
            self.ad_sites.insert(name.to_owned());
        }
    }
}

/// Whether a list of the roles of an operations master, in words or in the numbers that
/// JSON has (`ADOperationMasterRole`), has that of the PDC emulator.
fn is_pdc(roles: &str) -> bool {
    let mut roles = roles.split([';', ',', ' ', '{', '}']);
    roles.any(|role| role == "0" || role.eq_ignore_ascii_case("PDCEmulator"))
}

/// How many minutes an account is locked, and bad passwords are counted, by default.
const LOCKED: u64 = 30;

/// The minutes of `00:30:00` or `1.00:00:00`, and of the ticks that JSON has, up to
/// 99,999, which Windows takes.
fn time_span(cell: &str) -> Option<u64> {
    let (days, time) = cell
        .split_once('.')
        .filter(|(_, time)| time.contains(':'))
        .unwrap_or(("0", cell));
    let parts: Vec<u64> = time
        .split(':')
        .filter_map(|part| part.split('.').next()?.parse().ok())
        .collect();
    let days: u64 = days.parse().ok()?;
    let [hours, minutes, _] = parts[..] else {
        return None;
    };
    let hours = days.checked_mul(24)?.checked_add(hours)?;
    let minutes = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes <= 99_999).then_some(minutes)
}
