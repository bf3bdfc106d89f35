//! The controller of one roll-out: rings, rates, gates and stop rules.
//!
//! It knows nothing of the simulation around it: it is told of what machines
//! report, and asked for its decision.

mod brake;
pub(crate) mod roster;
pub(crate) mod steering;
