//! Deployments, advertisements, packages, programs and collections.

use super::{DEVICES, Folder};

const PROGRAMS: &str = "PackageID,ProgramName,CommandLine,Duration,DiskSpaceReq,ProgramFlags,DependentProgram\nP1,Install,setup.exe /q,60,2 GB,135307264,P2;;Runtime\nP2,Runtime,rt.exe,0,Unknown,135307264,\nP1,For users,u.exe,0,,135290880,\n";
const PACKAGES: &str = "PackageID,Name,Manufacturer,Version,PackageSize,PkgSourcePath\nP1,Office,Contoso,11,409600,x\nP2,Run-time,,,0,x\n";

#[test]
fn a_deployment_of_a_program_brings_its_package_and_what_runs_first() {
    let deployments = "DeploymentID,SoftwareName,CollectionID,PackageID,ProgramName,FeatureType,DeploymentIntent,DeploymentTime,EnforcementDeadline\nD1,Office to all,SMS00001,P1,Install,2,1,2026-03-16T18:00:00,2026-03-17T12:30:00\n";
    let folder = Folder::of(&[
        ("d.csv", DEVICES),
        ("x.csv", deployments),
        ("p.csv", PROGRAMS),
        ("k.csv", PACKAGES),
    ]);
    folder.says("start = 2026-03-16T18:00:00");
    folder.says("[package.P1] # Contoso Office 11 size = \"409600 KiB\"");
    folder.says("run_first = \"P2 Runtime\"");
    folder.says("maximum_run_time = \"60 min\"");
    folder.says("disk = \"2 GiB\"");
    folder.says("rights = \"administrative\" runs = \"whether or not a user is logged on\"");
    folder.says("[advertisement.D1] # Office to all program = \"P1 Install\" collection = \"SMS00001\" available = 2026-03-16T18:00:00 assigned = 2026-03-17T12:30:00");
    folder.lists("the sizes of packages: 100 MB");
    folder.lists("programs P1 For users: no deployment names them");
    assert_eq!(folder.load(&[]).world.job_count(), 4);
}

#[test]
fn the_flags_of_an_advertisement_say_where_clients_run_and_when() {
    let advertisement = |flags: &str, remote: &str, offer: &str| {
        format!(
            "AdvertisementID,AdvertisementName,CollectionID,PackageID,ProgramName,OfferType,AdvertFlags,PresentTime,RemoteClientFlags,ExpirationTime,ExpirationTimeEnabled\nA1,x,SMS00001,P1,For users,{offer},{flags},20260316180000.000000+***,{remote},20260330000000.000000+***,True\n"
        )
    };
    let folder =
        |text: &str| Folder::of(&[("d.csv", DEVICES), ("a.csv", text), ("p.csv", PROGRAMS)]);
    let soon = folder(&advertisement("32", "40", "0"));
    soon.says("assigned = \"as soon as possible\" expires = 2026-03-30T00:00:00 on_local = \"run\" on_remote = \"do not run\"");
    soon.says("rights = \"user\" runs = \"only when a user is logged on\"");
    folder(&advertisement("512", "8272", "0")).says("assigned = \"logon\" expires = 2026-03-30T00:00:00 on_local = \"download\" on_remote = \"download\" rerun = \"if failed\"");
    let optional = folder(&advertisement("0", "80", "2"));
    optional.says("assigned = \"optional\" uptake = { share = 0.5, delay = \"exponential(1 d)\" }");
    optional.lists("how many users choose what is available to them: half of them");
}

#[test]
fn the_schedule_of_an_advertisement_is_read_from_json() {
    let text = "[{\"AdvertisementID\":\"A1\",\"AdvertisementName\":\"x\",\"PackageID\":\"P1\",\"ProgramName\":\"Install\",\"OfferType\":0,\"AdvertFlags\":0,\"AssignedScheduleEnabled\":true,\"AssignedSchedule\":[{\"DayDuration\":0,\"IsGMT\":false,\"StartTime\":\"20260317210000.000000+***\"}],\"PresentTime\":\"/Date(1773684000000)/\"}]";
    let folder = Folder::of(&[("a.json", text)]);
    folder.says("available = 2026-03-16T18:00:00 assigned = 2026-03-17T21:00:00");
}

#[test]
fn applications_are_packages_of_their_own_and_other_deployments_are_told() {
    let deployments = "DeploymentID,SoftwareName,CollectionID,FeatureType,DeploymentIntent,DeploymentTime\nD1,Reader,SMS00001,1,1,3/16/2026 6:00:00 PM\nD2,Windows,SMS00001,TaskSequence,1,3/16/2026 6:00:00 PM\nD3,Baseline,SMS00001,6,1,3/16/2026 6:00:00 PM\nD4,Old,SMS00001,1,1,1/16/2026 6:00:00 PM\n";
    let folder = Folder::of(&[("d.csv", DEVICES), ("x.csv", deployments)]);
    folder.says("[package.Reader]");
    folder.lists("deployments Windows: task sequences are not simulated");
    folder.lists("deployments Baseline: a baseline installs nothing");
    folder.lists("deployments Old: they began more than 7 days before the newest");
    folder.lists("when these deployments are due: as soon as possible");
}

#[test]
fn the_order_of_dates_is_that_of_the_file() {
    let deployments = |other: &str| {
        format!(
            "DeploymentID,SoftwareName,CollectionID,FeatureType,DeploymentIntent,DeploymentTime\nD1,Reader,SMS00001,1,1,05/03/2026 18:00:00\nD2,Writer,SMS00001,1,1,{other}\n"
        )
    };
    let folder = |other: &str| Folder::of(&[("d.csv", DEVICES), ("x.csv", &deployments(other))]);
    folder("05/04/2026 18:00:00")
        .lists("the order of day and month of these deployments: the month is first");
    folder("05/04/2026 18:00:00").says("start = 2026-05-03T18:00:00");
    folder("13/03/2026 18:00:00").says("available = 2026-03-13T18:00:00");
    folder("5/14/2026 6:00:00 PM").says("available = 2026-05-14T18:00:00");
}

#[test]
fn an_order_of_dates_that_decides_when_the_forecast_begins_is_told() {
    let devices = |dates: [&str; 2]| {
        format!(
            "Name,OperatingSystem,LastLogonTimestamp\nPC1,Windows 10 Pro,{}\nPC2,Windows 10 Pro,{}\n",
            dates[0], dates[1]
        )
    };
    let folder = |dates| Folder::of(&[("d.csv", &devices(dates))]);
    let open = folder(["03/04/2026 10:00", "05/06/2026 10:00"]);
    open.says("start = 2026-05-06T18:00:00");
    open.says("dates = \"month first\"");
    open.lists("in the newest date of d.csv: the month is first; it decides when the forecast begins --set 'start=2026-06-05T18:00:00'");
    // It decides which machines are stale as well.
    let both = folder(["12/03/2026 10:00", "01/03/2026 10:00"]);
    both.lists("the month is first; it decides which machines are stale");
    both.lists("it decides when the forecast begins --set 'start=2026-03-12T18:00:00'");
    for told in [
        folder(["13/04/2026 10:00", "05/06/2026 10:00"]),
        folder(["04/04/2026 10:00", "05/05/2026 10:00"]),
        folder(["2026-04-03 10:00", "2026-06-05 10:00"]),
    ] {
        assert!(!told.draft.text.contains("order of day and month"));
    }
}

#[test]
fn members_become_the_fewest_filters_that_pick_them() {
    let members = |names: &str| {
        let rows: Vec<String> = names.split(' ').map(|name| format!("C1,{name}")).collect();
        format!("CollectionID,Name\n{}\n", rows.join("\n"))
    };
    let deployments = "DeploymentID,SoftwareName,CollectionID,CollectionName,FeatureType,DeploymentIntent\nD1,Reader,C1,Some,1,1\n";
    for (names, filter) in [
        ("PC1 PC2 PC3", "role = [\"workstation\"]"),
        ("SV1", "role = [\"member server\"]"),
        ("pc3", "site = [\"Paris\"]"),
        ("PC1 PC2", "role = [\"workstation\"] site = [\"HQ\"]"),
        ("PC1 PC3", "machines = [\"PC1\", \"PC3\"]"),
        ("PC1 PC2 PC3 SV1", "site = [\"*\"]"),
    ] {
        let folder = Folder::of(&[
            ("d.csv", DEVICES),
            ("m.csv", &members(names)),
            ("x.csv", deployments),
        ]);
        let wanted = names.split(' ').count();
        let noun = if wanted == 1 { "machine" } else { "machines" };
        folder.says(&format!("{noun} {filter}"));
        assert_eq!(folder.load(&[]).world.job_count(), wanted, "{names}");
    }
}

/// A deployment of the program `Install` of the package `P1`.
const OF_P1: &str = "DeploymentID,SoftwareName,CollectionID,PackageID,ProgramName,FeatureType,DeploymentIntent,DeploymentTime\nD1,Office,SMS00001,P1,Install,2,1,2026-03-16T18:00:00\n";

/// The scenario of a package whose program has this command line.
fn running(line: &str, package: &str) -> Folder {
    let programs = format!(
        "PackageID,ProgramName,CommandLine,Duration,ProgramFlags\nP1,Install,\"{}\",60,135307264\n",
        line.replace('"', "\"\"")
    );
    let packages = format!("PackageID,Name,PackageSize,PkgSourcePath,PkgSourceFlag\n{package}\n");
    Folder::of(&[
        ("d.csv", DEVICES),
        ("x.csv", OF_P1),
        ("p.csv", &programs),
        ("k.csv", &packages),
    ])
}

const WITH_FILES: &str = r"P1,Office,409600,\\S\src,2";
const WITHOUT_FILES: &str = "P1,Office,0,,1";

#[test]
fn shares_of_command_lines_are_declared_with_their_servers() {
    let line = r"setup.exe TRANSFORMS=\\FS1\apps\x.mst LOG=\\fs1\APPS\y /b \\sv1.corp.com\logs$\z";
    let folder = running(line, WITH_FILES);
    folder.says("[server.FS1] site = \"HQ\" roles = [\"file server\"]");
    folder.says("[share.apps] server = \"FS1\"");
    folder.says("[share.\"logs$\"] server = \"SV1\" path = '\\\\sv1.corp.com\\logs$'");
    folder.lists("the shares that command lines name: everyone may read them: ");
    assert_eq!(folder.load(&[]).world.shares.len(), 2);
}

#[test]
fn a_drive_of_a_command_line_is_a_share_that_the_users_have_mapped() {
    let folder = running(r"O:\setup.exe", WITHOUT_FILES);
    folder.says("[share.O] server = \"MAPPED-DRIVES\"");
    folder.says("shares = [{ share = \"O\", command_line = true }]");
    folder.says("[package.P1] # Office distribution_points = []");
    running(r"C:\local\setup.exe", WITH_FILES);
}

#[test]
fn the_share_of_a_distribution_point_needs_no_declaration() {
    let programs =
        "PackageID,ProgramName,CommandLine\nP1,Install,\\\\DP1\\SMSPKGD$\\P1\\setup.exe\n";
    let points = "NALPath,IsPullDP,BitsEnabled\n\\\\DP1,False,True\n";
    let folder = Folder::of(&[("p.csv", programs), ("x.csv", OF_P1), ("dp.csv", points)]);
    assert!(folder.load(&[]).world.shares.is_empty());
}

#[test]
fn a_package_without_source_files_is_on_no_point_unless_a_program_runs_a_file_of_it() {
    running("defrag.exe C:", WITHOUT_FILES).says("[package.P1] # Office distribution_points = []");
    running(r"msiexec /i \\FS1\apps\a.msi", WITHOUT_FILES).says("distribution_points = []");
    let contradiction = running("setup.exe /q", WITHOUT_FILES);
    contradiction.says("[package.P1] # Office size = \"100 MB\"");
    contradiction
        .lists("packages P1: they have no source files, and a program runs a file of theirs");
    running("setup.exe", "P1,Office,99999999999999999,x,2")
        .lists("packages P1: the size that the export has is larger than a package can be");
}

#[test]
fn the_cache_is_that_of_the_product_that_the_exports_are_of() {
    let advertisement = |present: &str| {
        format!(
            "AdvertisementID,AdvertisementName,CollectionID,PackageID,ProgramName,PresentTime\nA1,x,SMS00001,P1,Install,{present}\n"
        )
    };
    let (old, new) = (
        advertisement("20060316180000.000000+***"),
        advertisement("20160316180000.000000+***"),
    );
    let with = |devices: &str, other: &str| Folder::of(&[("d.csv", devices), ("x.csv", other)]);
    let bare = "Name,Site\nPC1,HQ\n";
    let versions = |version: &str| format!("Name,Site,ClientVersion\nPC1,HQ,{version}\n");
    for folder in [
        with(&versions("2.50.3174.1018"), &new),
        with("Name,Site,OS\nPC1,HQ,Windows XP\n", &new),
        with(bare, &old),
    ] {
        assert!(!folder.tables().contains("cache"), "{}", folder.tables());
        folder.lists("the size of the clients' cache: 250 MB, the default of SMS 2003");
    }
    for folder in [
        with(&versions("5.00.9106.1000"), &old),
        with(bare, OF_P1),
        with(DEVICES, &old),
    ] {
        folder.says("cache = \"5120 MiB\"");
        folder.lists(
            "the size of the clients' cache: 5120 MiB, the default of Configuration Manager",
        );
    }
    with(bare, &new).lists(
        "no file tells whether it is of SMS 2003, which has 250 MB --set 'rules.cache=250 MB'",
    );
}
