//! The verify cycle of the Legacy Client, which ends what runs.
//!
//! About every thirty days the Client Configuration Installation Manager verifies
//! the client, and interrupts the Advertised Programs Manager: a program that runs
//! just then is stopped, and neither 10006 nor 10007 tells of it. The
//! advertisement has to be sent again (KB Q283130). Each machine has a phase of its
//! own. That some are rescheduled all the same is not simulated.
