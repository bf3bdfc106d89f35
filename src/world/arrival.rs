//! When content comes to distribution points.

use super::{PackageId, ServerId};
use crate::units::{Instant, Size};

/// How the way of a package to a distribution point ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It is there.
    Arrived,
    /// It is still on its way at the horizon.
    OnItsWay,
    /// A sender has tried for as long as it tries.
    SenderGaveUp,
    /// The copy to the point has used up its retries.
    CopyGaveUp,
    /// No route leads to the site.
    NoRoute,
}

impl Fate {
    /// The name used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::OnItsWay => "on-its-way",
            Self::SenderGaveUp => "sender-gave-up",
            Self::CopyGaveUp => "copy-gave-up",
            Self::NoRoute => "no-route",
        }
    }
}

/// A package on a distribution point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The package.
    pub package: PackageId,
    /// The distribution point.
    pub point: ServerId,
    /// When the point has it; [`Instant::NEVER`] unless it arrived.
    pub at: Instant,
    /// How its way ended.
    pub fate: Fate,
    /// Bytes of files that the point needed.
    pub bytes: Size,
    /// When the package was released.
    pub released: Instant,
    /// When the site that copies to the point had it; [`Instant::NEVER`] if it
    /// did not come so far.
    pub at_site: Instant,
    /// Attempts to connect of all senders on its way.
    pub sending_attempts: u32,
    /// Copies begun or attempted to the point.
    pub copy_attempts: u32,
}
