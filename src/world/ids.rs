//! Dense identifiers: an index into one of the world's vectors, typed.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the world's vector.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            /// The identifier of position `index`; positions fit in 32 bits
            /// because the scenario loader refuses larger worlds.
            fn from(index: usize) -> Self {
                Self(index as u32)
            }
        }
    )*};
}

ids! {
    /// A domain of the directory.
    DomainId,
    /// An account of the directory.
    AccountId,
    /// A group of the directory.
    GroupId,
    /// A site: a place with a LAN, machines and servers.
    SiteId,
    /// A link with a limited rate.
    LinkId,
    /// A server.
    ServerId,
    /// A share that is not a distribution point.
    ShareId,
    /// An operating-system platform.
    PlatformId,
    /// A package.
    PackageId,
    /// A program of a package.
    ProgramId,
    /// An advertisement.
    AdvertisementId,
    /// A set of attributes that many machines have in common.
    ProfileId,
    /// A machine.
    MachineId,
}
