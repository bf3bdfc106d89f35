//! Where machines stand whose site is not told by name: by their address, or by
//! the organisational unit of their account.

use super::path::lower_parts;
use crate::scenario::pattern;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Addresses of one stretch, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Network {
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl Network {
    /// `10.1.0.0/16`, `10.1.0.1-10.1.3.254` or a single address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let address = |text: &str| {
            let address: Result<Ipv4Addr, _> = text.trim().parse();
            address
                .map(u32::from)
                .map_err(|_| format!("`{}` is no IPv4 address", text.trim()))
        };
        if let Some((network, length)) = text.split_once('/') {
            let length: u32 = length
                .trim()
                .parse()
                .ok()
                .filter(|length| *length <= 32)
                .ok_or_else(|| format!("`{text}` has no prefix length from 0 to 32"))?;
            let hosts = u32::MAX.checked_shr(length).unwrap_or(0);
            let first = address(network)? & !hosts;
            return Ok(Self {
                first,
                last: first | hosts,
            });
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (address(first)?, address(last)?);
        if last < first {
            return Err(format!("`{text}` ends before it begins"));
        }
        Ok(Self { first, last })
    }

    /// Whether all of `other` lies in it.
    pub(crate) fn holds(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    fn size(self) -> u64 {
        u64::from(self.last - self.first) + 1
    }

    /// The blocks of a power of two that it consists of: host bits and beginning.
    fn blocks(self) -> Vec<(u32, u32)> {
        let mut blocks = Vec::new();
        let (mut at, end) = (u64::from(self.first), u64::from(self.last) + 1);
        while at < end {
            let aligned = if at == 0 { 32 } else { at.trailing_zeros() };
            let fits = (end - at).ilog2();
            let bits = aligned.min(fits);
            blocks.push((bits, at as u32));
            at += 1 << bits;
        }
        blocks
    }
}

/// What an entry of `places` looks like: a network, a unit, or a name.
fn is_network(says: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | '/' | '-' | ' ');
    let is_v6 = says.matches(':').count() >= 2;
    is_v6 || says.contains('.') && says.chars().all(digits)
}

fn is_unit(says: &str) -> bool {
    let upper = says.trim_start().to_ascii_uppercase();
    ["OU=", "CN=", "DC="]
        .iter()
        .any(|key| upper.starts_with(key))
}

/// Where machines stand, by what their rows say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Names or globs of the column `site`, in lower case.
    names: Vec<(String, String)>,
    /// Blocks by host bits and beginning, each with the size of the network that
    /// it is of.
    blocks: BTreeMap<(u32, u32), (u64, String)>,
    /// Paths of organisational units, in lower case.
    units: BTreeMap<String, String>,
}

impl Places {
    /// Lets rows that say `says` stand at `site`.
    ///
    /// # Errors
    /// If `says` looks like a network and is none.
    pub fn add(&mut self, says: &str, site: &str) -> Result<(), String> {
        if is_network(says) {
            let network = Network::parse(says)?;
            for block in network.blocks() {
                let new = (network.size(), site.to_owned());
                match self.blocks.get(&block) {
                    Some(known) if *known <= new => {}
                    _ => drop(self.blocks.insert(block, new)),
                }
            }
        } else if is_unit(says) {
            self.units
                .insert(lower_parts(says).join(","), site.to_owned());
        } else {
            self.names.push((says.to_lowercase(), site.to_owned()));
        }
        Ok(())
    }

    /// Whether addresses tell where machines stand.
    pub(super) fn asks_for_addresses(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// Whether organisational units do.
    pub(super) fn asks_for_units(&self) -> bool {
        !self.units.is_empty()
    }

    /// The site of a row: the name that it says, else by its address, else by
    /// the nearest unit; nothing if none of them tells.
    pub(super) fn site<'a>(&'a self, name: &'a str, address: &str, path: &str) -> &'a str {
        if !name.is_empty() {
            return self.by_name(name).unwrap_or(name);
        }
        let by_address = self.by_address(address);
        by_address.or_else(|| self.by_unit(path)).unwrap_or("")
    }

    fn by_name(&self, name: &str) -> Option<&str> {
        if self.names.is_empty() {
            return None;
        }
        let lower = name.to_lowercase();
        let mut names = self.names.iter();
        let found = names.find(|(glob, _)| pattern::matches(glob, &lower));
        found.map(|(_, site)| site.as_str())
    }

    /// By the first address of a cell that lies in any network, the narrowest one
    /// first.
    fn by_address(&self, cell: &str) -> Option<&str> {
        let apart = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '{' | '}' | '|');
        let addresses = cell.split(apart).filter_map(|text| text.parse().ok());
        addresses
            .map(|address: Ipv4Addr| u32::from(address))
            .find_map(|address| self.narrowest(address))
    }

    fn narrowest(&self, address: u32) -> Option<&str> {
        let around = (0..=32).filter_map(|bits: u32| {
            let hosts = u32::MAX.checked_shr(32 - bits).unwrap_or(0);
            self.blocks.get(&(bits, address & !hosts))
        });
        around.min().map(|(_, site)| site.as_str())
    }

    /// By the unit nearest to the machine, the longest path first.
    fn by_unit(&self, dn: &str) -> Option<&str> {
        if self.units.is_empty() {
            return None;
        }
        let parts = lower_parts(dn);
        (0..parts.len()).find_map(|from| {
            let mut ends = (from + 1..=parts.len()).rev();
            ends.find_map(|to| self.units.get(&parts[from..to].join(",")))
                .map(String::as_str)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(entries: &[(&str, &str)]) -> Places {
        let mut places = Places::default();
        for (says, site) in entries {
            places.add(says, site).unwrap();
        }
        places
    }

    #[test]
    fn the_narrowest_network_counts() {
        let places = places(&[
            ("10.1.0.0/16", "wide"),
            ("10.1.4.0-10.1.5.10", "range"),
            ("10.1.4.128/25", "narrow"),
            ("0.0.0.0/0", "world"),
        ]);
        for (address, site) in [
            ("10.1.9.1", "wide"),
            ("10.1.4.0", "range"),
            ("10.1.5.10", "range"),
            ("10.1.5.11", "wide"),
            ("10.1.4.200", "narrow"),
            ("192.168.0.1", "world"),
            ("fe80::1, 10.1.4.1", "range"),
            ("", ""),
        ] {
            assert_eq!(places.site("", address, ""), site, "{address}");
        }
    }

    #[test]
    fn ranges_are_cut_at_their_ends() {
        let network = |text: &str| Network::parse(text).unwrap();
        let all = network("0.0.0.0-255.255.255.255");
        assert_eq!(all.blocks(), [(32, 0)]);
        let odd = network("10.0.0.1-10.0.0.6");
        let size: u64 = odd.blocks().iter().map(|(bits, _)| 1 << bits).sum();
        assert_eq!((odd.blocks().len(), size), (4, 6));
        for wrong in ["10.0.0.0/33", "10.0.0/8", "10.0.0.9-10.0.0.1", "fe80::/10"] {
            assert!(Network::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_nearest_unit_counts_and_a_name_before_it() {
        let places = places(&[
            ("OU=Munich,DC=corp,DC=com", "muc"),
            ("OU=Lab", "lab"),
            ("Mün*", "muc"),
        ]);
        let path = "CN=PC1,OU=PCs,OU=Munich,DC=corp,DC=com";
        assert_eq!(places.site("", "", path), "muc");
        assert_eq!(
            places.site("", "", "CN=PC1,ou=lab,OU=Munich,DC=corp,DC=com"),
            "lab"
        );
        assert_eq!(places.site("", "", "CN=PC\\,1,OU=Elsewhere"), "");
        assert_eq!(places.site("münchen", "", path), "muc");
        assert_eq!(places.site("Paris", "", path), "Paris");
        assert_eq!(places.site("", "", "corp.com/Munich/PCs/PC1"), "muc");
        assert_eq!(places.site("", "", "corp.com/Munich/Lab"), "lab");
    }
}
