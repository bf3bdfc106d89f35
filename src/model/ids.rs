//! What events concern: positions among the jobs, messages and pollers of a group.

/// A job: one machine and one advertisement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct JobId(pub(crate) u32);

impl JobId {
    /// The position as an index.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A status message that waits at its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MessageId(pub(crate) u32);

/// A machine whose looks for advertisements matter to its accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PollerId(pub(crate) u32);

/// The jobs of one machine, which follow each other.
#[derive(Debug, Clone)]
pub(crate) struct Siblings(std::ops::Range<u32>);

impl Siblings {
    /// As many jobs as `many`, from `first` on.
    pub(crate) const fn from(first: JobId, many: u32) -> Self {
        Self(first.0..first.0 + many)
    }
}

impl Iterator for Siblings {
    type Item = JobId;

    fn next(&mut self) -> Option<JobId> {
        self.0.next().map(JobId)
    }

    fn nth(&mut self, n: usize) -> Option<JobId> {
        self.0.nth(n).map(JobId)
    }
}
