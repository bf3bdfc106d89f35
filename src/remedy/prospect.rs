//! Whether a program would reach its content and its shares, as far as accounts and
//! access lists decide: [`access`] answers, as it does for a run.

use super::Case;
use super::arrival::shares_of;
use crate::access::{self, Execution, Purpose, Target, View};
use crate::outcome::Actor;
use crate::world::{Program, Rights, UserCondition};

impl Case<'_> {
    /// Whether `program` reaches its content and its shares if it runs with
    /// administrative rights, whether or not a user is logged on, and the shares admit
    /// the account that SMS hands out for them.
    pub(super) fn gets_in_alone(&self, program: &Program) -> bool {
        let alone = Program {
            rights: Rights::Administrative,
            user_condition: UserCondition::Either,
            ..program.clone()
        };
        let by_drive = alone.mapped_drive && alone.shares.iter().any(|used| used.command_line);
        let points = self.points_of(program);
        let opened = self.handed_out_for_shares(program);
        !by_drive
            && self.asking(|view, client| {
                let Ok(execution) = access::execute(view, client, &alone) else {
                    return false;
                };
                let gets = |purpose, target: &Target| {
                    Self::gets_to(view, client, &execution, purpose, *target, opened)
                };
                let content = |point| gets(Purpose::RunFromPoint, point);
                let has_content = points.is_empty() || points.iter().any(content);
                has_content && shares_of(program).iter().all(|at| gets(Purpose::Share, at))
            })
    }

    /// Whether one of the accounts that a client presents gets to `target`; a share
    /// admits `opened`.
    fn gets_to(
        view: View<'_>,
        client: &access::Client<'_>,
        execution: &Execution,
        purpose: Purpose,
        target: Target,
        opened: Option<Actor>,
    ) -> bool {
        let mut presented =
            (0..).map_while(|n| access::candidate(view, client, execution, purpose, n));
        presented.any(|actor| {
            let admits = purpose == Purpose::Share && opened == Some(actor);
            let comes = || access::arrival(view, client, actor, target);
            access::attempt(view, client, actor, target).is_ok()
                || admits && comes().is_ok_and(|arrival| arrival.session == actor)
        })
    }
}
