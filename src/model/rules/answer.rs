//! What a rule answers when it is asked about a job.

use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::last_try::Failed;
use crate::model::surroundings::history::Past;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::units::{Instant, Span};

/// A rule: it looks at a job, and changes nothing.
pub(crate) type Rule = fn(&Scene<'_, '_>, JobId) -> Answer;

/// What becomes of a job as far as one rule goes.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The next rule is asked.
    Go,
    /// The job waits.
    Wait(Wait),
    /// The job is over.
    Over(Over),
    /// The job does something, which decides how it goes on.
    Do(Effect),
}

/// Why a job waits, and until when.
#[derive(Debug)]
pub(crate) struct Wait {
    pub(crate) until: Instant,
    pub(crate) ending: Ending,
    pub(crate) step: Step,
    pub(crate) cause: Cause,
    /// What is told of it.
    pub(crate) entry: Option<Entry>,
    /// Whether the client says that it waits; else it is not even under way, and
    /// looks again only at `until`.
    pub(crate) is_said: bool,
}

impl Wait {
    /// Waits for its time: the client says nothing.
    pub(crate) const fn for_time(until: Instant, ending: Ending, cause: Cause) -> Self {
        Self {
            until,
            ending,
            step: Step::Assignment,
            cause,
            entry: None,
            is_said: false,
        }
    }

    /// Waits for a condition, and says so.
    pub(crate) const fn for_condition(until: Instant, cause: Cause) -> Self {
        Self {
            until,
            ending: Ending::Waiting,
            step: Step::Condition,
            cause,
            entry: Some(Entry::Waits(cause)),
            is_said: true,
        }
    }
}

/// How a job is over.
#[derive(Debug)]
pub(crate) struct Over {
    pub(crate) ending: Ending,
    pub(crate) step: Step,
    pub(crate) cause: Cause,
    /// How its last try has failed, if that is what has become of it.
    pub(crate) failed: Option<Failed>,
    /// The state that it reports; `None` if the site hears nothing.
    pub(crate) state: Option<ReportState>,
    /// The status message that it raises.
    pub(crate) message: Option<u16>,
    /// Whether something else than its own tries has brought this about, so that the row
    /// tells of none of them.
    pub(crate) is_without_try: bool,
    /// What its program has come to, if it ran for another job.
    pub(crate) past: Option<Past>,
    /// What is told of it.
    pub(crate) entry: Option<Entry>,
}

impl Over {
    /// Over without a message.
    pub(crate) const fn new(ending: Ending, step: Step, cause: Cause) -> Self {
        Self {
            ending,
            step,
            cause,
            failed: None,
            state: None,
            message: None,
            is_without_try: false,
            past: None,
            entry: None,
        }
    }
}

/// What a job does. The way knows how.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Goes on with the removal of its program.
    Remove,
    /// Drops its advertisement, which is gone.
    Drop,
    /// Skips the program of its chain that is up, for the reason told.
    Skip(Entry),
    /// Goes back to the program of its chain at this stage.
    GoBack(u16),
    /// Locates its content anew, because its machine has moved.
    NoteMove,
    /// Locates its content anew, if more points have come into its pool.
    LookAtPool,
    /// Finds out where its content is, and how it is used.
    Locate,
    /// Downloads its content.
    Fetch,
    /// Measures the link to its contact.
    MeasureLink,
    /// Waits for a maintenance window, after which a countdown begins anew.
    WaitForWindow(Instant),
    /// Looks for whom of the users its program would run.
    MeetUser,
    /// Stands in the line of its machine.
    StandInLine,
    /// Shows a countdown to the user.
    CountDown(Span),
    /// Takes the machine.
    TakeMachine,
    /// Becomes the executing account, and runs its program.
    Launch,
}
