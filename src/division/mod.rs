//! Which sites can be simulated apart from each other, and what each group of
//! them sees of the world: pure functions of the world.

mod accounts_in_motion;
mod agenda;
mod away;
mod crossings;
mod forest;
mod holders;
mod meetings;
mod plan;
mod point_sets;
mod programs;
mod together;
mod touched;
mod travel;
mod uses;

pub(crate) use accounts_in_motion::AccountsInMotion;
pub(crate) use agenda::{Agenda, Shelf};
pub(crate) use holders::Count;
pub(crate) use meetings::primary;
pub(crate) use plan::{Group, Links};
pub use plan::{Plan, Tie};
pub(crate) use together::Together;
