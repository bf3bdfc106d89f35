//! Domains, and places with their lines.

use super::{Parts, Text};
use crate::import::collections::list;
use crate::import::lists::Lists;
use crate::import::units::{key, text};
use crate::units::counted;

pub(super) fn domains(parts: &Parts, out: &mut Text, lists: &mut Lists) {
    if parts.domains.list.is_empty() {
        return;
    }
    out.part("Domains.");
    for (name, domain) in &parts.domains.list {
        let mut entries = Vec::new();
        if domain.is_workgroup {
            entries.push(("kind", text("workgroup")));
        }
        if let Some(forest) = &domain.forest {
            entries.push(("forest", text(forest)));
        }
        if !domain.trusts.is_empty() {
            entries.push(("trusts", list(domain.trusts.iter().map(String::as_str))));
        }
        if let Some(pdc) = domain
            .pdc
            .as_ref()
            .filter(|pdc| parts.servers.contains_key(*pdc))
        {
            entries.push(("pdc", text(pdc)));
        }
        if let Some(lockout) = &domain.lockout {
            let mut keys = vec![format!("threshold = {}", lockout.threshold)];
            keys.extend(
                lockout
                    .duration
                    .iter()
                    .map(|span| format!("duration = \"{span} min\"")),
            );
            keys.extend(
                lockout
                    .window
                    .iter()
                    .map(|span| format!("window = \"{span} min\"")),
            );
            entries.push(("lockout", format!("{{ {} }}", keys.join(", "))));
        }
        out.table(&format!("domain.{}", key(name)), "", &entries);
    }
    // Passwords are in no export; accounts that are locked are a fault to add. A workgroup
    // has none to lock.
    let mut domains = parts.domains.list.iter();
    let first = domains.find(|(_, domain)| !domain.is_workgroup);
    let setting = first.map(|(name, _)| format!("domain.{}.lockout.threshold=3", key(name)));
    lists.assume(
        "accounts, and passwords that are wrong",
        "computers connect as themselves, and no Network Access Account is set",
        setting.into_iter().collect(),
    );
}

pub(super) fn sites(parts: &Parts, out: &mut Text) {
    out.part("Places, with their lines to the place above.");
    let kept = parts
        .places
        .list
        .iter()
        .filter(|(_, place)| !place.is_left_out);
    for (name, place) in kept {
        let mut entries = Vec::new();
        if let Some(parent) = &place.parent {
            entries.push(("parent", text(parent)));
        }
        if let Some((rate, known)) = &place.wan {
            let about = if *known {
                "  # by the cost of its site link"
            } else {
                ""
            };
            entries.push(("wan", format!("{}{about}", text(rate))));
        }
        if !place.fallback.is_empty() {
            let rungs = place.fallback.iter().map(|(minutes, sites)| {
                let sites: Vec<String> = sites.iter().map(|site| text(site)).collect();
                format!(
                    "{{ after = \"{minutes} min\", sites = [{}] }}",
                    sites.join(", ")
                )
            });
            let rungs: Vec<String> = rungs.collect();
            entries.push(("fallback", format!("[{}]", rungs.join(", "))));
        }
        let about = match place.machines {
            0 if parts.fleet.machines.is_empty() => String::new(),
            count => counted(count as u64, "machine"),
        };
        out.table(&format!("site.{}", key(name)), &about, &entries);
    }
}
