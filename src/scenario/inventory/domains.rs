//! Domains as rows name them: one domain has a `NetBIOS` name and a DNS name, and exports
//! have either, in several spellings.

use super::Field;
use super::path::domain_of_path;
use super::rows::{Dictionary, Rows, TEXTS};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What workgroups are called by default in some languages of Windows, and by XP Home.
const WORKGROUPS: [&str; 7] = [
    "WORKGROUP",
    "MSHOME",
    "ARBEITSGRUPPE",
    "ARBETSGRUPP",
    "GRUPO_TRABAJO",
    "GRUPPO",
    "WERKGROEP",
];

/// Whether it is what workgroups are called by default.
pub(crate) fn is_workgroup(name: &str) -> bool {
    let mut known = WORKGROUPS.iter();
    known.any(|known| name.eq_ignore_ascii_case(known))
}

/// The domain without the signs that some exports put around it: `contoso.com.` of a DNS
/// server, `CONTOSO\` before the name of an account, `DC=contoso,DC=com` of the directory.
pub(super) fn plain(cell: &str) -> Cow<'_, str> {
    if let Some(domain) = domain_of_path(cell) {
        return Cow::Owned(domain);
    }
    Cow::Borrowed(cell.trim_matches(['\\', '/']).trim_end_matches('.'))
}

/// The `NetBIOS` name of each DNS name in small letters, where rows say both of their
/// domain; none where they do not agree.
#[derive(Default)]
pub(super) struct BothNames {
    known: BTreeMap<String, Option<String>>,
    /// The last row, which most rows are like.
    last: (String, String),
}

impl BothNames {
    /// A row is in the domain `netbios`, by its own column, and `dns`, by its full name.
    pub(super) fn note(&mut self, netbios: &str, dns: &str) {
        if self.last.0 == netbios && self.last.1 == dns {
            return;
        }
        self.last = (netbios.to_owned(), dns.to_owned());
        let is_short = !netbios.is_empty() && !netbios.contains('.');
        // A machine of a workgroup has the suffix of the place where it stands.
        if is_short && dns.contains('.') && !is_workgroup(netbios) {
            self.agree(dns.to_lowercase(), Some(netbios));
        }
    }

    /// Adds what the lines that follow say.
    pub(super) fn append(&mut self, later: Self) {
        for (dns, netbios) in later.known {
            self.agree(dns, netbios.as_deref());
        }
    }

    fn agree(&mut self, dns: String, netbios: Option<&str>) {
        let known = self.known.entry(dns);
        let known = known.or_insert_with(|| netbios.map(str::to_owned));
        *known = match (known.take(), netbios) {
            // Of two spellings one, whatever the order of the rows.
            (Some(known), Some(other)) if known.eq_ignore_ascii_case(other) => {
                Some(known.min(other.to_owned()))
            }
            _ => None,
        };
    }

    fn netbios(&self, dns: &str) -> Option<&str> {
        self.known.get(&dns.to_lowercase())?.as_deref()
    }
}

/// Gives each domain the one name that the rows have for it.
pub(super) fn settle(rows: &mut Rows) {
    let both = std::mem::take(&mut rows.both_names);
    let Some(at) = TEXTS.iter().position(|field| *field == Field::Domain) else {
        return;
    };
    let domains = &mut rows.texts[at];
    for name in &mut domains.values {
        if let Some(netbios) = both.netbios(name) {
            netbios.clone_into(name);
        }
    }
    rows.same_domain = alike(domains);
}

/// For each value the one that stands for its domain, which may be written in another case,
/// or by the first label of the DNS name, if that of no other is the same.
fn alike(domains: &Dictionary) -> Vec<u32> {
    let lower: Vec<String> = domains.values.iter().map(|v| v.to_lowercase()).collect();
    let mut first: BTreeMap<&str, u32> = BTreeMap::new();
    // How many DNS names begin with each label.
    let mut labels: BTreeMap<&str, u32> = BTreeMap::new();
    for (name, at) in lower.iter().zip(0..) {
        match first.entry(name) {
            Entry::Occupied(mut chosen) => {
                let written = |at: u32| domains.values.get(at as usize);
                if written(at) < written(*chosen.get()) {
                    chosen.insert(at);
                }
            }
            Entry::Vacant(new) => {
                new.insert(at);
                if let Some((label, _)) = name.split_once('.') {
                    *labels.entry(label).or_default() += 1;
                }
            }
        }
    }
    let of_name = |name: &String| {
        let label = name.split_once('.').map(|(label, _)| label);
        let only = label.filter(|label| labels.get(label) == Some(&1));
        let short = only.and_then(|label| first.get(label));
        short.or_else(|| first.get(name.as_str())).copied()
    };
    lower.iter().filter_map(of_name).collect()
}
