//! The closed list of kinds of problems.
//!
//! A new kind is one row here, and an example in `docs/examples/problems`;
//! `docs/problems.md` is made from both.

use std::fmt;

macro_rules! codes {
    ($($variant:ident $name:literal $meaning:literal, $remedy:literal;)*) => {
        /// A kind of problem. `docs/problems.md` has a page about all of them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemCode {
            $(#[doc = $meaning] $variant,)*
        }

        impl ProblemCode {
            /// Every kind, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its stable name, such as `unknown-name`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What is wrong, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// What to do about it, in a sentence.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)* }
            }
        }
    };
}

codes! {
    Ambiguous "ambiguous"
        "Something was left out that has more than one possible value here.",
        "Write the key that the message names.";
    AmbiguousAxis "ambiguous-axis"
        "An axis of a study gives its values in more than one way.",
        "Keep one of `list`, `range` and `cases`.";
    AmbiguousFault "ambiguous-fault"
        "A fault does not say what fails, or names several things.",
        "Name one thing for each fault; write several faults for several things.";
    AmbiguousRotation "ambiguous-rotation"
        "A rotation names both an account and a token account.",
        "Write one rotation for each of them.";
    CacheTooSmall "cache-too-small"
        "A package is larger than the download cache of machines that are to download it, so these machines fail.",
        "Make the `cache` of the fleet group larger, or run the program from the distribution point.";
    Circle "circle"
        "A chain of references leads back to where it began: sites and their parents, programs that run first, programs that supersede each other, or points that pull from each other.",
        "Leave out one reference of the chain.";
    Clash "clash"
        "Two settings of a study exclude each other.",
        "Keep one of the two.";
    ClientWithoutPlatform "client-without-platform"
        "The client is not offered for the operating system of these machines.",
        "Choose another `client` or another `platform` for the fleet group.";
    Contradiction "contradiction"
        "A command line says one thing, and a key of the scenario says another.",
        "Leave the key out: the command line counts.";
    ControlCharacter "control-character"
        "A backslash in double quotes has begun an escape and become a control character.",
        "Write names such as 'CORP\\bob' in single quotes.";
    ControllerOfAWorkgroup "controller-of-a-workgroup"
        "A domain controller belongs to a workgroup, which has none.",
        "Give it a `domain`, or another role.";
    CredentialConflict "credential-conflict"
        "Programs connect to one server with two accounts in one session, which Windows refuses.",
        "Use one account for the server, or put the share on another server.";
    DeclaredTwice "declared-twice"
        "Two declarations give the same name, or mean the same thing, or have names that differ in case alone.",
        "Keep one of them, or give each a name of its own.";
    DesignFile "design-file"
        "The file with the points of a study cannot be used.",
        "Give it one column for each axis and one row for each point.";
    DueBeforeAvailable "due-before-available"
        "An advertisement is due before it becomes available, so it starts late on every machine.",
        "Make the assignment later, or `available` earlier.";
    EmptyAxis "empty-axis"
        "An axis of a study has no values, or too many.",
        "Give it at least one value; in a range, let `from` be the smallest value, `to` the largest, and `step` above zero.";
    EmptyPhase "empty-phase"
        "A phase of a roll-out has no machines.",
        "Raise its share, or widen what it selects.";
    ExitCodes "exit-codes"
        "The chances of the exit codes of a program do not add up to 1.",
        "Lower the chances so that they add up to 1 at most; what is left goes to code 0.";
    FallbackUnused "fallback-unused"
        "A site has points to fall back to, and no client at the site will use them.",
        "Let the advertisement allow remote points, or leave the `fallback` out.";
    GateNeverMet "gate-never-met"
        "The gate of a phase asks for more reports than the phase has machines, so the next phase never opens.",
        "Lower the `successes` or the `minimum` of the gate, or raise the share of the phase.";
    Impossible "impossible"
        "Two settings of the scenario cannot be combined, because the product does not offer it or because nothing would ever happen.",
        "Change one of the two settings, as the message says.";
    ImpossibleTime "impossible-time"
        "Something ends before it begins, or overlaps with what excludes it.",
        "Let `until` be later than `at`, or write how long it lasts with `for`.";
    ImpossibleValue "impossible-value"
        "A number is outside the range that its meaning allows.",
        "Write a number in the range that the message gives.";
    Inventory "inventory"
        "The inventory file cannot be read, or a cell of it has no meaning.",
        "Correct the line and column that the message names, or map another column.";
    LateContent "late-content"
        "Content reaches a distribution point after it is needed there.",
        "Send it earlier, let its addresses carry more, or let the advertisement be due later.";
    LockoutOfAWorkgroup "lockout-of-a-workgroup"
        "A workgroup has a lockout policy, though it has no domain accounts to lock.",
        "Leave `lockout` out.";
    LockoutTooShort "lockout-too-short"
        "An account is locked for less time than failed logons are counted, which Windows does not accept.",
        "Let the lockout last at least as long as its window.";
    MalformedName "malformed-name"
        "A name is empty, has a character that no name can have, or lacks its domain.",
        "Write accounts and groups as 'DOMAIN\\name'.";
    MalformedPattern "malformed-pattern"
        "The pattern of a name cannot be read, or stands for too many names.",
        "Write ranges such as {001..120}, and placeholders such as {site} and {number:5}.";
    MalformedSetting "malformed-setting"
        "A `--set`, or a setting of a study, is not of the form path=value, or its path leads nowhere.",
        "Write the keys with a dot between them, an equals sign and the value.";
    MalformedToml "malformed-toml"
        "The file is not TOML.",
        "Correct what the message points to: a line is a `[table]`, a `key = value`, or a comment after `#`.";
    MalformedValue "malformed-value"
        "A value cannot be read as what its key means.",
        "Write it as the message says, such as \"3 d\", \"180 MB\" or \"512 kbit/s\".";
    MissingKey "missing-key"
        "A key is missing without which the table means nothing.",
        "Add the key that the message names.";
    MissingRole "missing-role"
        "A server is named for something that its roles do not allow.",
        "Add the role to the `roles` of the server, or name another server.";
    MissingValue "missing-value"
        "A fault has no beginning.",
        "Write when it begins, with `at`.";
    NoBaseline "no-baseline"
        "The baseline of a study is not a point of the study.",
        "Name a point of the grid that the constraint keeps.";
    NoConnectionAccount "no-connection-account"
        "Legacy Clients have no account to connect to distribution points with.",
        "Name a `client_connection` account in `[accounts]`.";
    NoEffect "no-effect"
        "A key or an entry changes nothing here.",
        "Leave it out, or add what it needs, as the message says.";
    NoForest "no-forest"
        "A domain that is no Active Directory domain is put into a forest.",
        "Leave `forest` out.";
    NoInstallationAccount "no-installation-account"
        "A program asks for the Software Installation Account, and the site has none, or its machines run Windows 95, 98 or Me and cannot use one.",
        "Name a `software_installation` account in `[accounts]`, or give these machines a program that does without.";
    NoNetworkAccessAccount "no-network-access-account"
        "Advanced Clients have no Network Access Account, and a program reads a share that needs an account.",
        "Name a `network_access` account in `[accounts]`.";
    NoPhase "no-phase"
        "Machines of a collection are in no phase of the roll-out and are never offered the program.",
        "Leave out the `share` of the last phase, which then takes the rest.";
    NoPoints "no-points"
        "A study has no point.",
        "Loosen its constraint, or add rows to its file.";
    NoSource "no-source"
        "Distribution points pull a package from points that never have it.",
        "Name a point in `pulls_from` that the package comes to.";
    NoSuchLink "no-such-link"
        "A fault changes a link that is unlimited, and so is not simulated.",
        "Give the site a rate with `wan` or `lan`.";
    NoSuchPoint "no-such-point"
        "A package is sent to a server that is not among its distribution points.",
        "Add the server to the `distribution_points` of the package.";
    NoUptake "no-uptake"
        "An advertisement is optional, and no user ever chooses to run its program: it has no `uptake`, or the machines have no users.",
        "Say with `uptake` how many users run it, or assign the advertisement.";
    NoWay "no-way"
        "No sequence of addresses leads from the source of a package to a distribution point.",
        "Add an `address` on the way.";
    NoWindow "no-window"
        "A program with its maximum run time fits into no maintenance window.",
        "Lower its `maximum_run_time`, or say `must_fit = false` for the windows.";
    Nobody "nobody"
        "No machine is affected: the scenario has no machines, or something in it reaches none of them.",
        "Add machines, or loosen the filters of the collection.";
    OnlyRemote "only-remote"
        "Advanced Clients have no distribution point at their site for a program, and are told not to run it from a remote one.",
        "Add a distribution point at the site, or say what to do with remote ones in `on_remote`.";
    OutOfRange "out-of-range"
        "A number is outside the range that its key allows.",
        "Write a number in the range that the message gives.";
    OutOfReach "out-of-reach"
        "A gate or an objective asks for more success than can be expected of the machines, by the exit codes of the program, the uptake by users, operating systems, or points out of reach.",
        "Lower what is asked for, or see to the machines that are left out.";
    OutsideTheForecast "outside-the-forecast"
        "The date of an objective is before the start, so that the forecast cannot judge it, or after the horizon, so that it is judged by what is installed at the horizon: enough meets it, where nothing of it can be lost again, and less leaves it undecided.",
        "Correct `by`, `start` or `horizon`.";
    Overload "overload"
        "More bytes must cross a link than it can carry within the horizon.",
        "Put a distribution point on the near side, send less, or make `horizon` longer.";
    Protected "protected"
        "Every distribution point that holds a package is protected against these clients.",
        "Put the package on a distribution point that is not protected.";
    RotationOfALocalAccount "rotation-of-a-local-account"
        "A rotation changes the password of an account that every machine has for itself.",
        "Rotate an account of a domain.";
    RotationsOutOfOrder "rotations-out-of-order"
        "SMS is told of a password before it is changed, or of a later one before an earlier one.",
        "Let `known_to_sms` follow the order of `at`.";
    Scenario "scenario"
        "A point or a fix of a study gives a scenario that cannot be run.",
        "Try it with `rollcast check` and the same `--set`.";
    ServesStrangers "serves-strangers"
        "Machines of other places may read from the distribution point of a branch, over its line.",
        "Say `protected = true` for the point, name the places that it serves as its `boundary`, or say `fallback` where it is meant.";
    Shares "shares"
        "The shares of the phases of a roll-out add up to more than 1.",
        "Lower them, or leave out the share of the last phase, which then takes the rest.";
    StopNeverMet "stop-never-met"
        "A stop rule waits for more reports than there are machines, so it never stops anything.",
        "Lower its `minimum`.";
    TokenAccount "token-account"
        "Legacy Clients run a program under an account that has no rights on the network, and the program reads a share.",
        "Use the Software Installation Account, or open the share.";
    TooLate "too-late"
        "Something happens after the horizon, after what it belongs to is over, or too late for an objective.",
        "Make `horizon` longer, or the time earlier.";
    TooMany "too-many"
        "The scenario asks for more than a bound of the program allows.",
        "Stay below the bound that the message names.";
    TooManyPoints "too-many-points"
        "A study has more points than the program allows.",
        "Use a Latin hypercube instead of a grid, or ask for fewer points.";
    TooManyRuns "too-many-runs"
        "A study has more runs than the program allows.",
        "Ask for fewer points or replications.";
    TooShort "too-short"
        "An interval is shorter than the program can simulate.",
        "Write at least the interval that the message names.";
    Unadmitted "unadmitted"
        "No account that comes is admitted by an access list.",
        "Add the account that comes to `access`.";
    UnevenAxes "uneven-axes"
        "Axes that go in step have different numbers of values.",
        "Give all of them equally many values.";
    UnknownDrive "unknown-drive"
        "A command line starts from a drive letter that no share is mapped to.",
        "Name the share in `shares`, with `command_line = true`.";
    UnknownKey "unknown-key"
        "A key does not exist here.",
        "Use the key that the message suggests, or one of those it lists.";
    UnknownName "unknown-name"
        "A name refers to nothing that the scenario declares.",
        "Declare it, or correct the name.";
    UnknownShare "unknown-share"
        "A command line starts from a share that the scenario does not declare.",
        "Declare the share on its server, so that it is clear who may read it.";
    UnknownWord "unknown-word"
        "A word is not one of those that its key accepts.",
        "Use one of the words that the message lists.";
    Unreached "unreached"
        "No advertisement reaches some machines, and they have no row in the results.",
        "Widen a collection, if that is not meant.";
    Unreadable "unreadable"
        "No account may read a package or a share, or a study refers to a scenario that is not there.",
        "Name an account or a group in `access` that is not in `deny`, or correct the path.";
    UnreadableFile "unreadable-file"
        "A file cannot be read, or is not text in UTF-8.",
        "Correct the path, or save the file as UTF-8.";
    Unsupported "unsupported"
        "No machine has an operating system that a program supports.",
        "Correct the `platforms` of the program.";
    UntrustedAccount "untrusted-account"
        "Machines come to a server, or run a program, with an account of a domain that is not trusted there.",
        "Add the trust, or name an account of a trusted domain.";
    UnusableAccount "unusable-account"
        "An account that clients of a site are to use cannot log on from the start.",
        "Leave its `state` out, or write a fault for what happens to it later; keep it where this is what you want to see.";
    Unused "unused"
        "Something is declared, and nothing refers to it or takes notice of it.",
        "Refer to it, or leave it out.";
    UserRights "user-rights"
        "A program runs with the rights of a user who is not an administrator, and needs one.",
        "Run it with administrative rights, or say that it needs no administrator.";
    WrongKindOfFile "wrong-kind-of-file"
        "A study was given where a scenario belongs, or a scenario where a study belongs.",
        "Use `rollcast study run` for studies and `rollcast run` for scenarios.";
    Zero "zero"
        "A number is zero where nothing would ever happen with zero.",
        "Write a number above zero.";
    ZeroRate "zero-rate"
        "A rate is zero, so nothing would ever arrive.",
        "Write a rate above zero, or leave the key out for an unlimited one.";
}

impl ProblemCode {
    /// The code of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
