//! A sweep: one scenario at several rates of a line, with the same draws at each.
//!
//! ```text
//! cargo run --release --example sweep
//! ```
//!
//! For designs, intervals and stopping rules there is `rollcast study`.

use rollcast::division::Plan;
use rollcast::model::{Watch, replicate};
use rollcast::scenario::load_str;
use std::error::Error;

const SCENARIO: &str = r#"
    horizon = "3 d"
    [site.hq]
    [site."branch-{1..5}"]
    parent = "hq"
    slow_boundary = false
    [fleet.pcs]
    per_site = 30
    [package.office]
    size = "50 MB"
"#;

fn main() -> Result<(), Box<dyn Error>> {
    println!("line         installed  hours to 95 %");
    let mut last = f64::INFINITY;
    for line in ["256 kbit/s", "512 kbit/s", "1 Mbit/s", "2 Mbit/s"] {
        let setting = format!("site.\"branch-{{1..5}}\".wan={line}");
        let world = load_str(SCENARIO, &[setting])?.world;
        let run = replicate(&world, &Plan::new(&world), 1, &Watch::default())?;
        let mut hours: Vec<f64> = run
            .outcomes
            .iter()
            .filter_map(|machine| Some(machine.successful_since()?.seconds()? / 3_600.0))
            .collect();
        hours.sort_by(f64::total_cmp);
        let needed = (run.outcomes.len() as f64 * 0.95).ceil() as usize;
        let reached = hours.get(needed - 1).copied().unwrap_or(f64::INFINITY);
        println!("{line:12} {:9}  {reached:.1}", hours.len());
        assert!(reached <= last, "a faster line is no slower");
        last = reached;
    }
    Ok(())
}
