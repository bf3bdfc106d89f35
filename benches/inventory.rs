//! Reading an inventory of 1,000,000 machines against what no reader can go
//! below: the csv crate walking over all cells and keeping none.
//!
//! ```text
//! cargo bench --bench inventory
//! ```
//!
//! `plain` has the headings of `v_R_System` without a quote; `quoted` is the
//! same as `Export-Csv` writes it. The figure to read is the ratio.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rollcast::scenario::inventory::{MapOptions, read_bytes};
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

const ROWS: u64 = 1_000_000;

/// An inventory whose rows are in the order of discovery, not of names.
fn inventory(quote: &str) -> String {
    let headings = [
        "ResourceID",
        "Name0",
        "AD_Site_Name0",
        "SMS_Assigned_Sites0",
        "Client0",
        "Client_Type0",
        "Operating_System_Name_and0",
        "Resource_Domain_OR_Workgr0",
        "User_Name0",
        "Active0",
        "Obsolete0",
    ];
    let line = |cells: &[&str]| -> String {
        let quoted: Vec<String> = cells
            .iter()
            .map(|cell| format!("{quote}{cell}{quote}"))
            .collect();
        quoted.join(",") + "\n"
    };
    let mut text = line(&headings);
    let (mut id, mut name, mut site, mut user) = Default::default();
    for row in 0..ROWS {
        // An odd factor permutes the numbers below a power of two.
        let number = (row * 387_420_489) % (1 << 20);
        refill(&mut id, format_args!("{row}"));
        refill(
            &mut name,
            format_args!("BR{:03}-WS{number:07}", number % 1000),
        );
        refill(&mut site, format_args!("branch-{:03}", number % 1000));
        refill(&mut user, format_args!("user{number}"));
        let system = ["Workstation 5.1", "Workstation 5.0"][(number % 2) as usize];
        let system = format!("Microsoft Windows NT {system}");
        let kind = if number % 3 == 0 { "0" } else { "1" };
        text += &line(&[
            &id, &name, &site, "HQ1", "1", kind, &system, "CORP", &user, "1", "0",
        ]);
    }
    text
}

fn refill(text: &mut String, content: std::fmt::Arguments) {
    text.clear();
    text.write_fmt(content).expect("a string takes any text");
}

/// Walks over all cells and adds up their lengths.
fn walk(text: &str) -> usize {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut record = csv::ByteRecord::new();
    let mut bytes = 0;
    while reader
        .read_byte_record(&mut record)
        .expect("the rows are equally long")
    {
        bytes += record.as_slice().len();
    }
    bytes
}

fn read(text: &str) -> usize {
    let fleet = read_bytes(
        text.as_bytes(),
        Path::new("fleet.csv"),
        &MapOptions::default(),
    );
    fleet.expect("the inventory is right").rows
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("inventory");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(10))
        .throughput(Throughput::Elements(ROWS));
    for (kind, quote) in [("plain", ""), ("quoted", "\"")] {
        let text = inventory(quote);
        group.bench_function(format!("{kind}/csv-crate-walk"), |b| b.iter(|| walk(&text)));
        group.bench_function(format!("{kind}/read"), |b| b.iter(|| read(&text)));
        let one = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .expect("one thread starts");
        group.bench_function(format!("{kind}/read-on-one-thread"), |b| {
            b.iter(|| one.install(|| read(&text)));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
