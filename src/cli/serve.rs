//! `rollcast serve`: a scenario as a live page.

use super::interrupt::on_interrupt;
use super::scenario::{ScenarioArguments, ThreadArguments};
use super::{Failure, print_data, say};
use crate::serve::{Session, serve};

/// Open a scenario as a live page: turn its values and see the new curve over
/// the old one.
///
/// The page is served to this computer alone, at the address that is printed.
/// No file is written. Ctrl-C stops it.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,

    /// Port on the loopback interface; 0 for any that is free.
    #[arg(short, long, default_value_t = 0)]
    port: u16,

    #[command(flatten)]
    threads: ThreadArguments,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let scenario = &self.scenario;
        let session = Session::new(
            &scenario.scenario,
            &scenario.set,
            self.threads.pool_apart()?,
        );
        scenario.load_in(session.files())?;
        let running = serve(session, self.port).map_err(Failure::failed)?;
        let stopper = running.stopper();
        on_interrupt(move || stopper.stop())?;
        print_data(&format!("{}\n", running.address()))?;
        if !scenario.quiet {
            say("open this address in a browser of this computer; Ctrl-C stops the server");
        }
        running.wait();
        Ok(())
    }
}
