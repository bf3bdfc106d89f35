//! What shared the lines towards sites.

use super::data::Run;
use super::text::percent;
use std::collections::BTreeMap;

/// Shares of what passed that are not worth a word.
const SMALL: f64 = 0.005;

/// What passed each line towards a site, by what it was.
pub(super) struct Sharers<'r>(BTreeMap<&'r str, Passed>);

/// Bytes that passed a line.
#[derive(Default)]
struct Passed {
    /// Of all kinds.
    all: f64,
    /// Content for machines of the site.
    content: f64,
    /// What their programs read from shares.
    read: f64,
    /// What was sent, copied or pulled to points, those of sites behind it too.
    sent: f64,
}

impl<'r> Sharers<'r> {
    pub(super) fn of(run: &'r Run) -> Self {
        let mut lines = BTreeMap::<&str, Passed>::new();
        for row in run.table("use").iter() {
            let bytes = |column| row.number(column).unwrap_or(0.0);
            let passed = lines.entry(row.text("site")).or_default();
            passed.all += bytes("bytes_through");
            passed.content += bytes("bytes_from_elsewhere");
            passed.read += bytes("bytes_read");
            passed.sent += bytes("bytes_sent");
        }
        Self(lines)
    }

    /// In words, the largest part first; empty for what is not a line towards a site.
    pub(super) fn of_resource(&self, kind: &str, name: &str) -> String {
        let passed = self.0.get(name).filter(|passed| passed.all > 0.0);
        let Some(passed) = passed.filter(|_| kind == "wan-down") else {
            return String::new();
        };
        let known = passed.content + passed.read + passed.sent;
        let mut parts = [
            (passed.content, "content for machines there"),
            (passed.read, "files that programs there read"),
            (passed.sent, "copies for distribution points"),
            (passed.all - known, "for sites behind it, and messages"),
        ]
        .map(|(bytes, words)| (bytes / passed.all, words))
        .to_vec();
        parts.retain(|(share, _)| *share >= SMALL);
        parts.sort_by(|a, b| b.0.total_cmp(&a.0));
        let parts = parts
            .iter()
            .map(|(share, words)| format!("{} {words}", percent(share.min(1.0))));
        parts.collect::<Vec<_>>().join(", ")
    }
}
