//! What shared a line, a server or a share, and the machines of which sites.

use super::data::{Row, Run};
use super::text::{count, machines, percent};
use std::collections::BTreeMap;

/// Shares of what passed that are not worth a word.
const SMALL: f64 = 0.005;

/// Who shared each resource, by its kind and name.
pub(super) struct Sharers<'r> {
    all: BTreeMap<(&'r str, &'r str), Shared<'r>>,
    /// Whether a machine counts once for each of several advertisements.
    each_counted: bool,
}

/// What shared a resource, summed over replications.
#[derive(Default)]
struct Shared<'r> {
    replications: f64,
    /// Bytes of a line.
    bytes: f64,
    /// Content for machines.
    content: f64,
    /// What programs read from shares.
    read: f64,
    messages: f64,
    /// Rows that used a server or share; `None` of a line.
    machines: Option<f64>,
    /// The most sites in any replication.
    sites: f64,
    /// By site, in how many replications it had most, and the sum of its parts of these.
    most: BTreeMap<&'r str, (f64, f64)>,
}

impl<'r> Shared<'r> {
    fn take(&mut self, row: &Row<'r>) {
        let number = |column| row.number(column).unwrap_or(0.0);
        self.replications += 1.0;
        self.bytes += number("bytes");
        self.content += number("content_bytes");
        self.read += number("read_bytes");
        self.messages += number("message_bytes");
        if let Some(machines) = row.number("machines") {
            *self.machines.get_or_insert(0.0) += machines;
        }
        self.sites = self.sites.max(number("sites"));
        if !row.text("most_site").is_empty() {
            let most = self.most.entry(row.text("most_site")).or_default();
            most.0 += 1.0;
            most.1 += number("most_site_share");
        }
    }

    /// In words.
    fn told(&self, kind: &str, name: &str, each_counted: bool) -> String {
        match self.machines {
            Some(sum) => self.of_server(sum, each_counted),
            _ if self.bytes <= 0.0 => String::new(),
            None if kind == "peers" => "content that machines there gave each other".to_owned(),
            None => self.of_line(name),
        }
    }

    /// What passed a line, the largest part first, and for whom.
    fn of_line(&self, name: &str) -> String {
        // Then "there" says where.
        let is_there = self.sites <= 1.0 && self.most.keys().all(|most| *most == name);
        let (content, read) = if is_there {
            (
                "content for machines there",
                "files that programs there read",
            )
        } else {
            ("content", "files that programs read")
        };
        let copies = self.bytes - self.content - self.read - self.messages;
        let mut parts = [
            (self.content, content),
            (self.read, read),
            (copies, "copies for distribution points"),
            (self.messages, "policy and status messages"),
        ]
        .map(|(bytes, words)| (bytes / self.bytes, words))
        .to_vec();
        parts.retain(|(share, _)| *share >= SMALL);
        parts.sort_by(|a, b| b.0.total_cmp(&a.0));
        let words = parts
            .iter()
            .map(|(share, words)| format!("{} {words}", percent(share.min(1.0))));
        let words = words.collect::<Vec<_>>().join(", ");
        match self.of_sites().filter(|_| !is_there) {
            Some(sites) => format!("{words}; to machines {sites}"),
            None => words,
        }
    }

    /// The machines that used a server or share.
    fn of_server(&self, sum: f64, each_counted: bool) -> String {
        let Some(sites) = self.of_sites() else {
            return String::new();
        };
        let all = machines(sum / self.replications.max(1.0));
        let counted = if each_counted {
            ", once for each advertisement"
        } else {
            ""
        };
        format!("{all} {sites}{counted}")
    }

    /// The sites that used it, and that which used it most.
    fn of_sites(&self) -> Option<String> {
        let all = self.most.iter();
        // Of equals the first by name.
        let (most, (times, parts)) =
            all.max_by(|a, b| a.1.1.total_cmp(&b.1.1).then(b.0.cmp(a.0)))?;
        if self.sites <= 1.0 && self.most.len() == 1 {
            return Some(format!("of {most}"));
        }
        let share = percent((parts / times).min(1.0));
        let sites = count(self.sites);
        Some(format!("of {sites} sites, {share} of {most}"))
    }
}

impl<'r> Sharers<'r> {
    pub(super) fn of(run: &'r Run) -> Self {
        let mut all = BTreeMap::<_, Shared>::new();
        for row in run.table("resources").iter() {
            let key = (row.text("kind"), row.text("name"));
            all.entry(key).or_default().take(&row);
        }
        let each_counted = run.reaching() > 1;
        Self { all, each_counted }
    }

    /// In words; empty if nothing is known.
    pub(super) fn of_resource(&self, kind: &str, name: &str) -> String {
        let shared = self.all.get(&(kind, name));
        shared.map_or_else(String::new, |shared| {
            shared.told(kind, name, self.each_counted)
        })
    }
}
