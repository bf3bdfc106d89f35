//! A service station: some servers, one queue, first come first served.
//!
//! The service time is known when a request arrives, and requests arrive in
//! the order of time, so a request's start is the least of the servers' free
//! times (Kiefer and Wolfowitz, 1955) and is computed at once: the queue needs
//! no events. What a request is, and what happens when it gives up, is left to
//! the caller.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::units::{Instant, Span};

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// It is served.
    Served {
        /// When its service begins.
        start: Instant,
        /// When its service ends.
        end: Instant,
    },
    /// It leaves the queue unserved.
    GivesUp {
        /// When it leaves.
        at: Instant,
    },
}

/// What a station has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StationUse {
    /// Requests that arrived.
    pub requests: u64,
    /// Requests that gave up.
    pub timeouts: u64,
    /// Time all requests together spent waiting, those that gave up included.
    pub waited: Span,
    /// Longest wait of one request.
    pub longest_wait: Span,
    /// Time all servers together were busy.
    pub busy: Span,
}

/// Servers with one queue.
#[derive(Debug, Clone)]
pub struct Station {
    /// `None`: as many as are wanted.
    servers: Option<u32>,
    patience: Span,
    /// When each server that was ever used becomes free.
    free: BinaryHeap<Reverse<Instant>>,
    usage: StationUse,
}

impl Station {
    /// The number of servers that stands for "unlimited": no request waits.
    pub const UNLIMITED: u32 = u32::MAX;

    /// A station whose requests give up after waiting longer than `patience`
    /// ([`Span::FOREVER`]: never). Without servers no request is ever served.
    pub fn new(servers: u32, patience: Span) -> Self {
        let servers = (servers != Self::UNLIMITED).then_some(servers);
        Self {
            servers,
            patience,
            free: BinaryHeap::new(),
            usage: StationUse::default(),
        }
    }

    /// A request that needs a server for `service` arrives at `now`, which is
    /// not before the request before it.
    pub fn request(&mut self, now: Instant, service: Span) -> Visit {
        self.usage.requests += 1;
        let start = self.earliest_start(now);
        let wait = start.since(now);
        if !start.is_some() || wait > self.patience {
            return self.give_up(now);
        }
        self.waited(wait);
        self.usage.busy += service;
        let end = start + service;
        self.occupy(end);
        Visit::Served { start, end }
    }

    /// What happened so far.
    pub fn usage(&self) -> StationUse {
        self.usage
    }

    fn earliest_start(&self, now: Instant) -> Instant {
        match self.servers {
            Some(0) => Instant::NEVER,
            Some(servers) if self.free.len() >= servers as usize => {
                self.free.peek().map_or(now, |Reverse(free)| now.max(*free))
            }
            _ => now,
        }
    }

    /// The server that is free first is busy until `end`.
    fn occupy(&mut self, end: Instant) {
        match self.servers {
            None => {}
            Some(servers) if self.free.len() < servers as usize => self.free.push(Reverse(end)),
            Some(_) => {
                if let Some(mut first) = self.free.peek_mut() {
                    *first = Reverse(end);
                }
            }
        }
    }

    fn give_up(&mut self, now: Instant) -> Visit {
        self.usage.timeouts += 1;
        self.waited(self.patience);
        Visit::GivesUp {
            at: now + self.patience,
        }
    }

    fn waited(&mut self, wait: Span) {
        self.usage.waited += wait;
        self.usage.longest_wait = self.usage.longest_wait.max(wait);
    }
}
