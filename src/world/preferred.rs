//! Servers that clients prefer.

use super::ServerId;

/// Servers in the order in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preferred {
    in_order: Vec<ServerId>,
    /// The same, so that one of thousands is found.
    sorted: Vec<ServerId>,
}

/// No server.
pub static NONE_PREFERRED: Preferred = Preferred {
    in_order: Vec::new(),
    sorted: Vec::new(),
};

impl Preferred {
    /// The servers in their order.
    pub fn in_order(&self) -> &[ServerId] {
        &self.in_order
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }

    /// Whether `server` is one of them.
    pub fn has(&self, server: ServerId) -> bool {
        self.sorted.binary_search(&server).is_ok()
    }
}

impl From<Vec<ServerId>> for Preferred {
    fn from(in_order: Vec<ServerId>) -> Self {
        let mut sorted = in_order.clone();
        sorted.sort_unstable();
        Self { in_order, sorted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preferred_server_is_found_whatever_its_place_in_the_order() {
        let servers = [4, 1, 9, 0].map(|at: usize| ServerId::from(at));
        let preferred = Preferred::from(servers.to_vec());
        assert_eq!(preferred.in_order(), servers);
        for at in 0..10_usize {
            let server = ServerId::from(at);
            assert_eq!(preferred.has(server), servers.contains(&server));
        }
    }
}
