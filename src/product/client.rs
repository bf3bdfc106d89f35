//! The kinds of client.

/// Declares the kinds, each with its name in scenarios and tables.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        /// Which client a machine runs. Another kind of agent is another row here and
        /// a file of its own in `client`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ClientKind { $($(#[$doc])* $kind,)* }

        impl ClientKind {
            /// Every kind, in order.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The name used in scenarios and tables.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }
        }
    };
}

kinds! {
    /// SMS 2003 Advanced Client.
    Advanced = "advanced",
    /// SMS 2003 Legacy Client, the client of SMS 2.0.
    Legacy = "legacy",
}
