//! What is told about machines that give content.

use super::{Asked, Loss, PeerEntry};
use crate::model::story::Teller;
use crate::units::counted;

impl Teller<'_> {
    /// `entry` as a sentence without its end.
    pub(crate) fn peers(&self, entry: &PeerEntry) -> String {
        match entry {
            PeerEntry::Starts(from, package, size) => format!(
                "{size} of package {} start to flow from the machine {}",
                self.package(*package),
                self.machine_called(*from)
            ),
            PeerEntry::Gives(to, package) => format!(
                "gives package {} to the machine {}",
                self.package(*package),
                self.machine_called(*to)
            ),
            PeerEntry::NoMachine(asked) => no_machine(*asked),
            PeerEntry::Waits(until) => format!(
                "another machine here is fetching it; waits for that until {} at most",
                self.time(*until)
            ),
            PeerEntry::Lost(from, loss) => format!(
                "the machine {} {}; keeps what has arrived",
                self.machine_called(*from),
                match loss {
                    Loss::Off => "goes off",
                    Loss::Restarts => "restarts",
                    Loss::Left => "leaves the place",
                }
            ),
        }
    }
}

fn no_machine(asked: Asked) -> String {
    let parts = [
        (asked.busy, "busy giving it to others"),
        (asked.off, "off"),
        (asked.away, "elsewhere"),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if said.is_empty() {
        return "no machine here has it to give".to_owned();
    }
    format!(
        "asks {} here that {} it, and gets it from none: {}",
        counted(asked.all().into(), "machine"),
        if asked.all() == 1 { "has" } else { "have" },
        said.join(", ")
    )
}
