//! Identifiers in a record that may be missing, in no more bytes than their numbers
//! need: a record fills two cache lines.

use super::{Cause, Outcome, Resource};
use crate::world::{ProgramId, ServerId};

/// A controller, or none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Controller(u32);

impl Controller {
    /// No controller.
    pub const NONE: Self = Self(u32::MAX);

    /// The controller, if there is one.
    pub const fn get(self) -> Option<ServerId> {
        match self.0 {
            u32::MAX => None,
            id => Some(ServerId(id)),
        }
    }
}

impl From<ServerId> for Controller {
    fn from(id: ServerId) -> Self {
        Self(id.0)
    }
}

/// A program of a chain: the advertised one, or one that runs before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ChainProgram([u8; 3]);

impl ChainProgram {
    /// The advertised program.
    pub const ADVERTISED: Self = Self([u8::MAX; 3]);

    /// The program that runs before the advertised one; `None` for that one itself.
    pub const fn before(self) -> Option<ProgramId> {
        let [low, middle, high] = self.0;
        let id = u32::from_le_bytes([low, middle, high, 0]);
        if id == 0xFF_FFFF {
            return None;
        }
        Some(ProgramId(id))
    }
}

impl From<ProgramId> for ChainProgram {
    /// One of more than sixteen million programs counts as the advertised one.
    fn from(id: ProgramId) -> Self {
        match id.0.to_le_bytes() {
            [low, middle, high, 0] => Self([low, middle, high]),
            _ => Self::ADVERTISED,
        }
    }
}

impl Outcome {
    /// Why the program failed that `program` names, where the record has it; else
    /// the cause.
    pub fn innermost(&self) -> Cause {
        match (self.cause, self.before) {
            (Cause::DependencyFailed, before) if before != Cause::None => before,
            (cause, _) => cause,
        }
    }

    /// What a table names: what was to be reached, or the program that another one
    /// waited for in vain.
    pub fn concerns(&self) -> Resource {
        match (self.cause, self.program.before()) {
            (Cause::DependencyFailed | Cause::OldNotRemoved, Some(program)) => {
                Resource::Program(program)
            }
            _ => self.resource,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_comes_out() {
        assert_eq!(Controller::NONE.get(), None);
        assert_eq!(Controller::from(ServerId(7)).get(), Some(ServerId(7)));
        assert_eq!(ChainProgram::ADVERTISED.before(), None);
        let large = ProgramId(0x12_3456);
        assert_eq!(ChainProgram::from(large).before(), Some(large));
        assert_eq!(ChainProgram::from(ProgramId(0x0100_0000)).before(), None);
    }
}
