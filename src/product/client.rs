//! The kinds of client.

/// Which client a machine runs. Another kind of agent is another row here and
/// a file of its own in `client`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientKind {
    /// SMS 2003 Advanced Client.
    Advanced,
    /// SMS 2003 Legacy Client, the client of SMS 2.0.
    Legacy,
}

impl ClientKind {
    /// Every kind, in order.
    pub const ALL: &[Self] = &[Self::Advanced, Self::Legacy];

    /// The name used in scenarios and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Advanced => "advanced",
            Self::Legacy => "legacy",
        }
    }
}
