//! Several groups of machines, some of which share the lines with what is sent: the
//! number of threads changes no byte, and all tables are what they are where a server
//! that limits nothing ties all machines into one group.

use rollcast::division::Plan;
use rollcast::engine::Method;
use rollcast::forecast::Forecast;
use rollcast::model::Watch;
use rollcast::results::{Provenance, TableSet};
use rollcast::world::World;
use std::collections::BTreeMap;

use crate::loaded;

/// Six branches, the clients of each of which read a package of their own over the line
/// of the branch. `more` is sent meanwhile.
fn branches(more: &str, settings: &[&str]) -> World {
    let mut text = "horizon = \"3 d\"\n[site.hq]\n[address.line]\n[rules]\ncache = \"5 GB\"\n\
        [server.HQ]\nsite = \"hq\"\nroles = [\"management point\", \"client access point\"]\n"
        .to_owned();
    for at in 0..6 {
        text += &format!(
            "[site.b{at}]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\naddress = \"line\"\n\
             [server.H{at}]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
             [server.B{at}]\nsite = \"b{at}\"\nroles = [\"client access point\", \"distribution point\"]\n\
             [fleet.f{at}]\ncount = 4\nsites = [\"b{at}\"]\n[collection.c{at}]\nsite = [\"b{at}\"]\n\
             [package.p{at}]\nsize = \"20 MB\"\ndistribution_points = [\"H{at}\"]\n\
             [program.p{at}]\nrights = \"administrative\"\n\
             [advertisement.p{at}]\nprogram = \"p{at}\"\ncollection = \"c{at}\"\n\
             assigned = \"+10 min\"\non_remote = \"download\"\n"
        );
    }
    text += more;
    loaded(&text, settings).world
}

/// `package` is sent to `points` at once.
fn sent(package: &str, points: &[&str]) -> String {
    format!(
        "[package.{package}]\nsize = \"80 MB\"\ndistribution_points = {points:?}\n\
         [package.{package}.sent]\nfrom = \"hq\"\n"
    )
}

/// A second tree of sites, over whose line a package is sent that no client meets.
const ELSEWHERE: &str = "[site.lab]\n[site.annex]\nparent = \"lab\"\nwan = \"1 Mbit/s\"\n\
    address = \"line\"\n[server.ANNEX]\nsite = \"annex\"\nroles = [\"distribution point\"]\n\
    [package.z]\nsize = \"40 MB\"\ndistribution_points = [\"ANNEX\"]\n\
    [package.z.sent]\nfrom = \"lab\"\n";

/// Scenarios with sendings of every kind among several groups, by what they show.
fn cases() -> Vec<(&'static str, World)> {
    let one = sent("x", &["B2"]);
    let two = sent("x", &["B1"]) + &sent("y", &["B4"]);
    let both = sent("x", &["B2", "B3"]);
    let removed = "[[fault]]\nat = \"+20 min\"\nfor = \"1 h\"\npackage = \"p2\"\n\
        distribution_points = [\"H2\"]\ncontent = \"missing\"\n";
    let down = "[[fault]]\nat = \"+15 min\"\nfor = \"30 min\"\nserver = [\"B1\", \"B3\"]\n";
    let office = "[calendar.office]\nshare = 0.3\n";
    vec![
        ("nothing is sent", branches("", &[])),
        ("one package to one branch", branches(&one, &[])),
        ("two packages to one branch each", branches(&two, &[])),
        ("one package to two branches", branches(&both, &[])),
        (
            "a package over a line of others",
            branches(&(two.clone() + ELSEWHERE), &[]),
        ),
        (
            "a point pulls from another branch",
            branches(&both, &["server.B3.pulls_from=[\"B2\"]"]),
        ),
        ("points that are down", branches(&(two.clone() + down), &[])),
        (
            "lines with a calendar",
            branches(
                &(two.clone() + office),
                &["site.b1.wan_calendar=office", "site.b5.wan_calendar=office"],
            ),
        ),
        (
            "content that is removed while it is read",
            branches(&(one + removed), &[]),
        ),
        (
            "a package that is sent later",
            branches(&both, &["package.x.sent.at=+15 min"]),
        ),
        (
            "one thread at headquarters",
            branches(&two, &["sending.threads=1"]),
        ),
    ]
}

/// All tables of two replications.
pub(crate) fn tables(world: &World, method: Method, threads: usize) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let forecast = Forecast {
        directory: folder.path().join("out"),
        force: false,
        tables: TableSet::default(),
        replications: 2,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap().install(|| {
        let plan = Plan::new(world).by(method);
        let run = forecast.run(world, &plan, &Watch::default(), Provenance::default);
        run.unwrap()
    });
    let files = std::fs::read_dir(&forecast.directory).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn the_number_of_threads_changes_no_byte_where_some_groups_send() {
    for (what, world) in cases() {
        let one = tables(&world, Method::Tuned, 1);
        for threads in [2, 4] {
            for (name, text) in tables(&world, Method::Tuned, threads) {
                assert_eq!(text, one[&name], "{what}: {name} with {threads} threads");
            }
        }
    }
}

/// Without the lines that name the server that ties all machines together.
pub(crate) fn without_hq(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains(",HQ,"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn several_groups_have_the_tables_of_one_group() {
    for (what, mut world) in cases() {
        let groups = Plan::new(&world).group_count();
        assert!(groups > 1, "{what}: {groups}");
        let several = tables(&world, Method::Tuned, 2);
        let hq = world.servers.iter_mut().find(|server| server.name == "HQ");
        hq.expect("it is there").connection_limit = Some(1_000_000);
        assert_eq!(Plan::new(&world).group_count(), 1, "{what}");
        for (name, text) in tables(&world, Method::Tuned, 1) {
            let (one, several) = (without_hq(&text), without_hq(&several[&name]));
            assert_eq!(several, one, "{what}: {name}");
        }
    }
}

#[test]
fn every_line_of_every_group_has_its_row_in_resources() {
    for (what, world) in cases() {
        let resources = &tables(&world, Method::Tuned, 4)["resources.csv"];
        for branch in 0..6 {
            let row = format!("1,wan-down,b{branch},");
            let mut rows = resources.lines().filter(|line| line.starts_with(&row));
            let bytes = rows.next().and_then(|line| line.split(',').nth(6));
            // Four clients read 20 MB each, and more where they begin anew.
            let bytes = bytes.and_then(|bytes| bytes.parse::<u64>().ok());
            assert!(bytes >= Some(80_000_000), "{what}: {row}{bytes:?}");
            assert_eq!(rows.next(), None, "{what}: {row}");
        }
    }
}
