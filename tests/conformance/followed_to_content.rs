//! Remedies of content that is not had, and of offers that do not come to their end,
//! followed as those of accounts are: points, lines, caches, expiry, users who choose.

use crate::followed::{Choice, all_lead_somewhere};

const CLIENTS: [&str; 2] = ["", "client = \"legacy\"\n"];
const HORIZONS: [&str; 2] = ["30 h", "9 d"];
const LINES: [&str; 4] = [
    "",
    "wan = \"1 Mbit/s\"\n",
    "wan = \"30 kbit/s\"\n",
    "wan = \"1 Mbit/s\"\nslow_boundary = false\n",
];
const POINTS: [&str; 4] = [
    "",
    "[server.B]\nsite = \"b\"\nroles = [\"distribution point\"]\nprotected = true\n",
    "[server.B]\nsite = \"b\"\nroles = [\"distribution point\"]\n",
    "[server.B]\nsite = \"hq\"\nroles = [\"distribution point\"]\nprotected = true\nboundary = [\"hq\"]\n",
];
const PACKAGES: [&str; 4] = [
    "",
    "size = \"3 GB\"\n",
    "distribution_points = [\"B\"]\n",
    "distribution_points = [\"HQ\"]\nsize = \"400 MB\"\n",
];
const CACHES: [&str; 3] = ["", "cache = \"1 MB\"\n", "disk = \"1 MB\"\n"];
const MODES: [&str; 4] = [
    "",
    "on_remote = \"download\"\n",
    "on_remote = \"run\"\non_local = \"download\"\n",
    "on_local = \"download\"\n",
];
const OFFERS: [&str; 8] = [
    "",
    "expires = \"+10 min\"\n",
    "withdrawn = \"+3 h\"\navailable = \"+2 h\"\n",
    "assigned = \"optional\"\n",
    "uptake = { share = 1, delay = \"2 d\" }\n",
    "assigned = \"+2 d\"\nnot_over_slow_links = true\n",
    "rate = { per_minute = 1 }\nphases = [{ name = \"one\", share = 0 }]\n",
    "recurs = \"1 d\"\nrerun = \"if failed\"\n",
];
const PRESENCE: [&str; 3] = [
    "",
    "presence = \"home\"\n",
    "absence = { share = 1, duration = \"2 d\" }\n",
];
const FAULTS: [&str; 4] = [
    "",
    "[[fault]]\nserver = [\"HQ\"]\nat = \"+0 s\"\nfor = \"5 h\"\n",
    "[[fault]]\nwan = [\"b\"]\nat = \"+1 h\"\n",
    "[[fault]]\npackage = \"p\"\nat = \"+0 s\"\ncontent = \"corrupt\"\n",
];

fn scenario(number: usize) -> String {
    let mut choice = Choice(number);
    let (line, point, package) = (choice.of(&LINES), choice.of(&POINTS), choice.of(&PACKAGES));
    let (cache, mode, offer) = (choice.of(&CACHES), choice.of(&MODES), choice.of(&OFFERS));
    let (presence, fault) = (choice.of(&PRESENCE), choice.of(&FAULTS));
    let (client, horizon) = (choice.of(&CLIENTS), choice.of(&HORIZONS));
    format!(
        "start = 2006-03-20T08:00:00\nhorizon = \"{horizon}\"\n[site.hq]\n[site.b]\nparent = \"hq\"\n{line}\
         [server.HQ]\nsite = \"hq\"\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         {point}[package.p]\n{package}[program.p]\npackage = \"p\"\nrights = \"administrative\"\n\
         runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\ndisk = \"2 MB\"\n\
         [advertisement.p]\n{mode}{offer}{fault}\
         [fleet.pc]\nsites = [\"b\"]\nper_site = 1\nname = \"PC{{number}}\"\n{client}{cache}{presence}"
    )
}

#[test]
fn what_is_said_to_help_with_content_leads_to_the_program_or_to_a_reason() {
    let all = LINES.len() * POINTS.len() * PACKAGES.len() * CACHES.len() * MODES.len();
    let all = all * OFFERS.len() * PRESENCE.len() * FAULTS.len() * CLIENTS.len() * HORIZONS.len();
    // A step that has no divisor in common with the number of combinations.
    all_lead_somewhere((0..all).step_by(STEP).map(scenario));
}

const STEP: usize = 281;
