//! What a job is asked before it goes on, in the order of the list.
//!
//! The table "The gates" in `docs/model.md` is this list; a test holds the two
//! together. A gate that nothing in a group can use is not in the list of that
//! group, so that what is not used costs nothing.

use crate::model::ids::JobId;
use crate::model::rules::answer::{Answer, Effect, Rule};
use crate::model::rules::{
    assignment_time, cache, chain, conditions, expiry, orphans, rerun, slow_link, start_times,
    supersedence, withdrawal,
};
use crate::model::surroundings::roaming;
use crate::model::way::scene::Scene;

/// One rule on the way of a job.
#[derive(Clone, Copy)]
pub(crate) struct Gate {
    /// Its row of the table in `docs/model.md`.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "read where the table is tested")
    )]
    pub(crate) text: &'static str,
    /// What is asked.
    pub(crate) asks: Rule,
    /// Whether anything in a group can use it.
    is_used: fn(&Scene<'_, '_>) -> bool,
}

const fn always(text: &'static str, asks: Rule) -> Gate {
    sometimes(text, asks, |_| true)
}

const fn sometimes(text: &'static str, asks: Rule, is_used: fn(&Scene<'_, '_>) -> bool) -> Gate {
    Gate {
        text,
        asks,
        is_used,
    }
}

/// The gates of a job that is free to go on.
pub(crate) const GATES: &[Gate] = &[
    sometimes(
        "Does it remove its program, or is its advertisement gone?",
        withdrawal::asks,
        |scene| scene.software.any(),
    ),
    sometimes(
        "Is its client still there?",
        orphans::asks,
        orphans::is_used,
    ),
    sometimes(
        "Has the advertisement expired?",
        expiry::asks,
        expiry::is_used,
    ),
    sometimes(
        "Has the program run before, and is not to run again?",
        rerun::asks,
        |scene| !scene.world.control.repetition.rerun.is_empty(),
    ),
    sometimes(
        "Does another program supersede it?",
        supersedence::asks,
        |scene| scene.software.any(),
    ),
    sometimes(
        "Has something come that is to be removed first?",
        chain::goes_back,
        |scene| scene.software.any(),
    ),
    sometimes(
        "Has the program to run first nothing to do?",
        chain::skips,
        chain::is_used,
    ),
    sometimes(
        "Does the program to run first support the platform?",
        chain::platform,
        chain::is_used,
    ),
    sometimes(
        "Has the machine moved since it located its content?",
        moved,
        |scene| scene.away.any,
    ),
    sometimes("Have more points come into its pool?", pool, |scene| {
        scene.searches.any()
    }),
    always("Is it known where the content is?", located),
    sometimes(
        "If it is optional: has a user chosen it?",
        assignment_time::optional,
        assignment_time::any_optional,
    ),
    always(
        "Is the content in the cache, where it is to be?",
        cache::asks,
    ),
    always("Is it due?", assignment_time::asks),
    sometimes(
        "Is the link fast enough?",
        slow_link::asks,
        slow_link::is_used,
    ),
    WINDOW,
    USER,
    SERVED,
    ONE_AT_A_TIME,
    COUNTDOWN,
    TAKE_MACHINE,
    always("It runs.", |_, _| Answer::Do(Effect::Launch)),
];

/// The gates of the removal of a program, which needs no content.
pub(crate) const GATES_OF_REMOVAL: &[Gate] =
    &[WINDOW, USER, SERVED, ONE_AT_A_TIME, COUNTDOWN, TAKE_MACHINE];

const WINDOW: Gate = sometimes(
    "Is a maintenance window open, and long enough?",
    start_times::asks,
    start_times::is_used,
);

const USER: Gate = sometimes(
    "Is a user there who is wanted, or none who is not?",
    conditions::user,
    |scene| scene.plan.uses.wanted_users,
);

const SERVED: Gate = sometimes(
    "Is it a user for whom it has not run?",
    conditions::for_every_user,
    |scene| !scene.world.control.repetition.every_user.is_empty(),
);

const ONE_AT_A_TIME: Gate = sometimes(
    "Does no other program run on the machine?",
    conditions::one_at_a_time,
    |scene| !scene.hosts.is_empty(),
);

const COUNTDOWN: Gate = sometimes(
    "Has the countdown been shown to the user?",
    conditions::countdown,
    |scene| scene.world.rules.countdown.0 > 0,
);

const TAKE_MACHINE: Gate = always("It takes the machine.", conditions::take_machine);

/// Those of `gates` that something in a group can use.
pub(crate) fn used(gates: &[Gate], scene: &Scene<'_, '_>) -> Vec<Gate> {
    let used = gates.iter().filter(|gate| (gate.is_used)(scene));
    used.copied().collect()
}

/// Whether content has been located, and how it is used.
fn located(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    match scene.jobs[id].mode {
        None => Answer::Do(Effect::Locate),
        Some(_) => Answer::Go,
    }
}

/// Whether the machine has moved since it located its content.
fn moved(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if roaming::has_moved(scene, id) {
        Answer::Do(Effect::NoteMove)
    } else {
        Answer::Go
    }
}

/// Whether content that has been located may be had in another way by now.
fn pool(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    let job = &scene.jobs[id];
    if job.mode.is_some() && !job.cached {
        Answer::Do(Effect::LookAtPool)
    } else {
        Answer::Go
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gates_in_the_documentation_are_those_of_the_list() {
        let rows = GATES.iter().enumerate();
        let rows = rows.map(|(at, gate)| format!("| {} | {} |\n", at + 1, gate.text));
        let table: String = rows.collect();
        let page = include_str!("../../../docs/model.md").replace("\r\n", "\n");
        let section = page.find("### The gates").expect("the table of gates");
        let first = section + page[section..].find("| 1 | ").unwrap();
        let end = first + page[first..].find("\n\n").unwrap() + 1;
        assert_eq!(&page[first..end], table, "docs/model.md");
    }
}
