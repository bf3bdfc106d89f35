//! What is told about content and the way it takes.

use super::Teller;
use crate::model::journal::Flow;
use crate::units::{Instant, Rate, Size, Span};
use crate::world::{Arrival, LinkKind, PackageId, ServerId};
use std::cmp::Ordering;

impl Teller<'_> {
    /// The points that may serve a machine.
    pub(super) fn points(&self, tiers: &[Vec<ServerId>], remote: bool) -> String {
        let kind = if remote { "remote" } else { "local" };
        format!("{kind} distribution points: {}", self.some(&tiers.concat()))
    }

    /// The names of the first few of these servers.
    pub(super) fn some(&self, servers: &[ServerId]) -> String {
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

    /// What holds a transfer back.
    pub(super) fn flows(&self, flow: &Flow) -> String {
        let Flow {
            link,
            capacity,
            transfers,
            rate,
        } = *flow;
        let link = &self.world.links[link.index()];
        let name = &link.name;
        let which = match link.kind {
            LinkKind::WanDown => format!("the WAN link to {name}"),
            LinkKind::WanUp => format!("the WAN link from {name}"),
            LinkKind::Lan => format!("the LAN of {name}"),
            LinkKind::Egress => format!("the network card of {name}"),
        };
        // A calendar or a fault may lower the rate, or raise it.
        let gives = match capacity.cmp(&link.rate) {
            Ordering::Equal => format!("gives {capacity}"),
            Ordering::Less => format!("gives {capacity} of its {} at this hour", link.rate),
            Ordering::Greater => {
                format!("gives {capacity} at this hour, in place of {}", link.rate)
            }
        };
        match transfers {
            0 | 1 => format!("at {rate}: {which} {gives}, to this transfer alone at that moment"),
            n => format!("at {rate}: {which} {gives}, which {n} transfers share"),
        }
    }

    /// Content comes to a point.
    pub(super) fn content_comes(&self, package: PackageId, point: ServerId, at: Instant) -> String {
        let id = &self.world.packages[package.index()].id;
        let way = match self.pulled_from(package, point) {
            Some(source) => format!(", pulled from {source}"),
            None => String::new(),
        };
        let point = self.server(point);
        if at.is_some() {
            let at = self.time(at);
            format!("package {id} is on its way, and comes to {point} {at}{way}")
        } else {
            format!("package {id} does not come to {point} in time{way}")
        }
    }

    /// From where a point that pulls downloads a package.
    fn pulled_from(&self, package: PackageId, point: ServerId) -> Option<&str> {
        let mut deliveries = Arrival::of(package, &self.world.deliveries).iter();
        let delivery = deliveries.find(|at| at.point == point)?;
        Some(self.server(delivery.pulled?.source?))
    }
}

/// How long the content took, where that was long.
pub(super) fn complete(time: Span, size: Size) -> String {
    if time < Span::from_mins(1) {
        return "the content is complete".to_owned();
    }
    let bits = u128::from(size.0) * 8_000_000 / u128::from(time.0);
    let average = Rate(u64::try_from(bits).unwrap_or(u64::MAX));
    format!("the content is complete after {time}, at {average} on average")
}
