//! Restricted groups: Group Policy takes away what SMS has granted.

use crate::units::Span;

/// Computers refresh their policy every 90 min and up to 30 min more, so that
/// not all do at once (Group Policy, "refresh interval for computers").
pub(crate) const REFRESH: Span = Span::from_mins(90);
pub(crate) const OFFSET: Span = Span::from_mins(30);
