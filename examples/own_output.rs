//! A table of one's own: for each site the machines that have the program, and
//! the cause that most of the others share.
//!
//! ```text
//! cargo run --example own_output [SCENARIO]
//! ```

use rollcast::division::Plan;
use rollcast::forecast::in_waves;
use rollcast::model::{Interrupted, Watch};
use rollcast::scenario::load;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let default = || {
        PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/scenarios/starter.toml"
        ))
    };
    let path = std::env::args_os()
        .nth(1)
        .map_or_else(default, PathBuf::from);
    let world = load(&path, &[])?.world;
    let plan = Plan::new(&world);
    let mut sites = vec![(0u64, 0u64, BTreeMap::<&str, u64>::new()); world.sites.len()];

    // One replication at a time is in memory, in the order of their numbers.
    in_waves::<Interrupted>(
        &world,
        &plan,
        1..=world.replications,
        &Watch::default(),
        |run| {
            for (site, range) in sites.iter_mut().zip(&world.fleet.by_site) {
                for machine in &world.fleet.machines[range.start as usize..range.end as usize] {
                    for row in world.rows(machine) {
                        let outcome = run.outcomes[row];
                        site.0 += 1;
                        if outcome.successful_since().is_some() {
                            site.1 += 1;
                        } else {
                            *site.2.entry(outcome.cause.name()).or_default() += 1;
                        }
                    }
                }
            }
            Ok(())
        },
    )?;

    println!("site,rows,installed,most_frequent_cause");
    for (site, (rows, installed, causes)) in world.sites.iter().zip(&sites) {
        let worst = causes.iter().max_by_key(|(_, count)| **count);
        let worst = worst.map_or("", |(cause, _)| cause);
        println!("{},{rows},{installed},{worst}", site.name);
    }
    Ok(())
}
