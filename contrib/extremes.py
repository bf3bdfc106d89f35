#!/usr/bin/env python3
"""Every length, rate, size, number, share and moment of the language at zero, at its
smallest and at its largest, in a scenario with every feature: it is refused with exit
code 2, or the run ends in time.

    contrib/extremes.py [BINARY] [SECONDS]     SECONDS that a run may take (40)
"""

import collections
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else f"{ROOT}/target/release/rollcast")
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 40.0

# A run may end well, be refused, or miss an objective.
ALLOWED = {0, 2, 4}

SCENARIO = r"""
start = 2026-03-09T08:00:00
horizon = "2 d"
[domain.CORP]
replication = "15 min"
lockout = { threshold = 5, duration = "30 min", window = "30 min" }
[site.hq]
[site.b]
parent = "hq"
wan = "1 Mbit/s"
slow_boundary = false
copied_by = "hq"
fallback = [{ sites = ["hq"], after = "10 min" }]
address = "b"
[server.DC]
site = "hq"
roles = ["domain controller"]
authentication = { slots = 2, hold = "1 s", patience = "30 s" }
[server.S]
site = "hq"
roles = ["management point","client access point","distribution point"]
bits = true
station = { servers = 2, service = "100 ms", patience = "30 s" }
[server.B]
site = "b"
roles = ["distribution point"]
bits = true
connection_limit = 10
[account.'CORP\naa']
[accounts]
network_access = 'CORP\naa'
[[rotation]]
account = 'CORP\naa'
at = "+1 d"
known_to_sms = "+30 h"
[fleet.pcs]
count = 12
domain = "CORP"
availability = { from = "08:00", to = "18:00", jitter = "10 min", attendance = 0.9 }
absence = { share = 0.2, length = "3 h" }
bits = { rate = "500 kbit/s", otherwise = "1 Mbit/s" }
[fleet.roam]
count = 4
presence = { up = "exponential(8 h)", down = "exponential(3 h)" }
roaming = { share = 0.5, home = "exponential(6 h)", stay = "exponential(3 h)", sites = ["b"] }
[fleet.old]
count = 4
client = "legacy"
[package.p]
size = "3 MB"
sent = { at = "+1 h" }
[program.p]
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "3 min"
exit_codes = { 1618 = 0.3, 1603 = 0.1 }
breakage = { share = 0.1, detected_after = "2 h" }
[program.first]
package = "p"
rights = "administrative"
runs = "whether or not a user is logged on"
maximum_run_time = "1 h"
[advertisement.p]
program = "p"
on_remote = "download"
on_local = "download"
start_window = { length = "1 h" }
recurs = "1 d"
assigned = "+2 h"
[advertisement.ring]
program = "first"
on_remote = "download"
evaluation = "15 min"
overdue_after = "1 d"
rate = { per_minute = 5, factor = 2, after = { notified = 5 }, at_most = 50 }
phases = [{ share = 0.3, deferral = "1 h", deadline = "1 d", spread = "10 min", gate = { success = 0.5, minimum = 1 } }, {}]
stop = [{ on = "failed", share = 0.9, minimum = 3, action = "pause", pause = "1 h" }]
[advertisement.opt]
program = "p"
on_remote = "download"
uptake = { share = 0.5, delay = "exponential(4 h)" }
[objective.o]
by = "+2 d"
success = 0.5
[calendar.office]
share = 0.5
[address.b]
rate = "500 kbit/s"
[sending]
threads = 2
[peers]
connections = 2
[traffic]
[reports]
lost = 0.05
retry = "10 min"
processing = "1 s"
[[fault]]
at = "+1 d"
for = "1 h"
wan = ["b"]
[rules]
countdown = "1 min"
verify_cycle = "1 d"
"""

MOST = "18446744073709551615"
LENGTHS = ["0 s", "1 us", "1 s", "3660 d", "999999999 d", "-1 s", f"{MOST} s"]
SPREADS = [
    *LENGTHS,
    "exponential(0 s)",
    "exponential(1 us)",
    "uniform(0 s, 0 s)",
    "uniform(5 s, 1 s)",
    "log-normal(1 s, 900 d)",
    "exponential(3660 d)",
]
RATES = ["0 bit/s", "1 bit/s", "unlimited", f"{MOST} bit/s", "1 Tbit/s", "-1 bit/s"]
SIZES = ["0 B", "1 B", f"{MOST} B", "1 PB", "99999999999999999999 B"]
MOMENTS = ["+0 s", "+1 us", "+2 d", "+3660 d", "-1 d", f"+{MOST} s", "0001-01-01T00:00", "9999-12-31T23:59"]
NUMBERS = ["0", "1", "-1", MOST, "4294967295", "4294967296", "1e300", "10000"]
SHARES = ["0", "1", "1e-300", "0.9999999999999999", "-0.0", "1.0000001", "nan"]
TRIES = [
    *(f'{{ count = "without end", interval = "{length}" }}' for length in ["0 s", "1 s", "3660 d"]),
    '{ count = 4294967295, interval = "1 s" }',
    '{ count = 0, interval = "1 s" }',
    '{ count = 10, interval = "1 s", factor = 1e300 }',
    '{ count = 10, interval = "1 s", factor = 0 }',
    '{ count = 5, interval = "1 s", jitter = 1 }',
    '{ count = 1000, interval = "1 s", at_most = "1 s", factor = 2 }',
]

QUOTED = {
    "lengths": (LENGTHS, [
        "horizon",
        "timeline_step",
        "domain.CORP.replication",
        "domain.CORP.lockout.duration",
        "domain.CORP.lockout.window",
        "site.hq.time_zone",
        "server.S.station.patience",
        "server.S.station.service",
        "server.DC.authentication.hold",
        "server.DC.authentication.patience",
        "fleet.pcs.poll_interval",
        "fleet.pcs.availability.jitter",
        "program.p.maximum_run_time",
        "advertisement.ring.evaluation",
        "advertisement.ring.overdue_after",
        "advertisement.p.recurs",
        "advertisement.p.start_window.length",
        "address.b.every",
        "rules.account_suspension",
        "rules.cache_tombstone",
        "rules.clock_tolerance",
        "rules.configuration_interval",
        "rules.contact_retry",
        "rules.countdown",
        "rules.location_retry",
        "rules.maximum_run_time",
        "rules.orphan_after",
        "rules.point_timeout",
        "rules.poll_interval",
        "rules.restart_time",
        "rules.service_hang",
        "rules.slow_link_spin",
        "rules.verify_cycle",
        "reports.processing",
        "reports.retry",
        "peers.wait",
        "sending.give_up",
        "sending.pull_look_again",
        "sending.pull_recheck",
        "sending.pull_resume",
        "sending.reschedule",
        "sending.retry_interval",
    ]),
    "spreads": (SPREADS, [
        "program.p.install_time",
        "fleet.roam.presence.up",
        "fleet.roam.presence.down",
        "fleet.pcs.absence.length",
        "fleet.roam.roaming.home",
        "fleet.roam.roaming.stay",
        "program.p.breakage.detected_after",
        "advertisement.opt.uptake.delay",
    ]),
    "rates": (RATES, [
        "site.b.wan",
        "site.b.wan_up",
        "site.b.lan",
        "server.S.network",
        "fleet.pcs.access",
        "fleet.pcs.bits.rate",
        "fleet.pcs.bits.otherwise",
        "address.b.rate",
        "address.b.rate_per_sending",
        "sending.compression_rate",
        "peers.rate",
        "rules.slow_link",
    ]),
    "sizes": (SIZES, [
        "package.p.size",
        "package.p.sent.changed",
        "program.p.disk",
        "fleet.pcs.cache",
        "fleet.pcs.disk",
        "traffic.location",
        "traffic.poll",
        "rules.cache",
        "rules.policy_bytes",
        "rules.status_bytes",
        "address.b.block",
    ]),
    "moments": (MOMENTS, [
        "advertisement.p.available",
        "advertisement.p.assigned",
        "advertisement.p.expires",
        "advertisement.p.withdrawn",
        "package.p.sent.at",
        "objective.o.by",
    ]),
}

BARE = {
    "numbers": (NUMBERS, [
        "seed",
        "domain.CORP.lockout.threshold",
        "domain.CORP.lockout.forgiven_passwords",
        "server.B.connection_limit",
        "server.S.first",
        "server.S.station.servers",
        "server.DC.authentication.slots",
        "fleet.old.count",
        "fleet.pcs.users",
        "package.p.version",
        "package.p.sent.behind",
        "advertisement.ring.rate.at_most",
        "advertisement.ring.rate.factor",
        "advertisement.ring.rate.per_minute",
        "advertisement.ring.rate.after.notified",
        "sending.attempts",
        "sending.copy_packages",
        "sending.copy_points",
        "sending.delta_reach",
        "sending.threads",
        "sending.threads_per_site",
        "peers.connections",
        "reports.inbox",
    ]),
    "shares": (SHARES, [
        "fleet.pcs.availability.attendance",
        "fleet.pcs.absence.share",
        "fleet.roam.roaming.share",
        "program.p.breakage.share",
        "advertisement.opt.uptake.share",
        "objective.o.chance",
        "objective.o.confidence",
        "objective.o.success",
        "calendar.office.share",
        "calendar.office.otherwise",
        "address.b.share",
        "sending.compressed_to",
        "peers.share",
        "reports.lost",
        "fleet.pcs.user_is_administrator",
    ]),
    "tries": (TRIES, [
        "rules.execution_retry",
        "rules.cache_retry",
        "rules.network_retry",
        "rules.legacy_network_retry",
    ]),
}


def settings():
    """Every setting that is tried, as it stands after --set."""
    for values, paths in QUOTED.values():
        for path in paths:
            for value in values:
                yield f'{path}="{value}"'
    for values, paths in BARE.values():
        for path in paths:
            for value in values:
                yield f"{path}={value}"


def tried(setting):
    """The exit code of a run with it, or what it did instead."""
    command = [BINARY, "run", "s.toml", "-o", "out", "--force", "-q", "--threads", "1", "--set", setting]
    try:
        return subprocess.run(command, capture_output=True, timeout=SECONDS).returncode
    except subprocess.TimeoutExpired:
        return f"no end within {SECONDS:.0f} s"


def main():
    counts = collections.Counter()
    failed = 0
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        with open("s.toml", "w", encoding="utf-8") as file:
            file.write(SCENARIO)
        if tried("seed=1") not in ALLOWED - {2}:
            sys.exit("the scenario itself does not run")
        for setting in settings():
            code = tried(setting)
            counts[code] += 1
            if code not in ALLOWED:
                failed += 1
                print(f"{setting}: {code}")
        os.chdir("/")
    codes = ", ".join(f"{count} with {code}" for code, count in sorted(counts.items(), key=str))
    print(f"{sum(counts.values())} tried ({codes}), {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
