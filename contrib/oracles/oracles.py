#!/usr/bin/env python3
"""Compares the figures of rollcast's studies with SALib, sim-tools and scipy.

    oracles.py ROLLCAST FOLDER

makes studies in FOLDER and has the packages work out the same figures from the
same runs: Morris indices from the files of `study emit salib`, a design that
SALib sampled, intervals of means, shares, quantiles and differences, how many
replications are enough, and which point is the best. Tables show six decimals
or six digits; what is compared may differ by as much. Exit code 1 if anything
differs by more.
"""

import csv
import math
import pathlib
import subprocess
import sys
import warnings

import numpy
from SALib.analyze import morris, sobol
from SALib.sample import sobol as sobol_sample
from SALib.util import read_param_file
from scipy import stats
from sim_tools.output_analysis import ReplicationsAlgorithm, confidence_interval_method
from sim_tools.ovs.indifference_zone import KN

# What a table shows is rounded to six decimals, and small numbers to six digits.
TOLERANCE = {"rel_tol": 2e-5, "abs_tol": 1e-6}

SCENARIO = """
horizon = "2 d"
seed = 11
[site.hq]
[site.branch]
parent = "hq"
wan = "512 kbit/s"
slow_boundary = false
[server.SMS]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
[fleet.pcs]
count = 40
[package.patch]
size = "4 MB"
[program.patch]
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "uniform(1 min, 40 min)"
exit_codes = { 1603 = 0.2 }
[advertisement.patch]
on_local = "download"
"""

RESPONSES = """
[response.failed]
measure = "failures"
[response.half]
measure = "time_to"
share = 0.5
[response.most]
measure = "time_to"
share = 0.82
[response.bytes]
measure = "downloaded"
"""

FACTORS = """
[axis.machines]
path = "fleet.pcs.count"
range = { from = 10, to = 100 }
[axis."line of the branch"]
path = "site.branch.wan"
range = { from = 64, to = 2048 }
format = "{} kbit/s"
[axis.failing]
path = "program.patch.exit_codes.1603"
range = { from = 0.0, to = 0.5 }
"""

LINES = """
baseline = { line = "512 kbit/s" }
common_random_numbers = %s
[axis.line]
path = "site.branch.wan"
list = ["128 kbit/s", "256 kbit/s", "512 kbit/s", "1 Mbit/s", "4 Mbit/s"]
"""


class Lab:
    def __init__(self, rollcast, folder):
        self.rollcast, self.folder = rollcast, folder
        self.checks = self.wrong = 0
        (folder / "scenario.toml").write_text(SCENARIO)

    def run(self, *command):
        done = subprocess.run(
            [self.rollcast, *map(str, command)], cwd=self.folder, capture_output=True, text=True
        )
        if done.returncode != 0:
            sys.exit(f"rollcast {' '.join(map(str, command))}: {done.stderr}")
        return done.stdout

    def study(self, name, text):
        """Runs a study and returns its folder."""
        (self.folder / f"{name}.toml").write_text(f'scenario = "scenario.toml"\n{text}')
        self.run("study", "run", f"{name}.toml", "-o", name, "--quiet")
        return self.folder / name

    def same(self, what, ours, theirs):
        """Notes whether a cell is what the oracle says; none is an empty cell."""
        self.checks += 1
        if theirs is None or (isinstance(theirs, float) and math.isnan(theirs)):
            equal = ours == ""
        elif isinstance(theirs, str):
            equal = ours == theirs
        else:
            equal = ours != "" and math.isclose(float(ours), float(theirs), **TOLERANCE)
        if not equal:
            self.wrong += 1
            print(f"{what}: rollcast says {ours!r}, and the oracle {theirs!r}")

    def done(self, what, least):
        """Ends a chapter, in which so many figures must have been compared."""
        print(f"{what}: {self.checks} figures")
        if self.checks < least:
            sys.exit(f"{what}: only {self.checks} figures were compared")
        self.checks = 0


def table(study, name):
    with open(study / "results" / name, newline="") as file:
        return list(csv.DictReader(file))


def values(study, response, points):
    """The numbers of every run, by point, in order of replication."""
    runs = table(study, "runs.csv")
    cells = {point: [run[response] for run in runs if run["point"] == point] for point in points}
    return {
        point: [float(cell) if cell else None for cell in column] for point, column in cells.items()
    }


def morris_indices(lab):
    study = lab.study("morris", f'design = {{ kind = "morris" }}\nreplications = 3\n{RESPONSES}{FACTORS}')
    lab.run("study", "emit", "salib", study, "-o", "exchange")
    exchange = lab.folder / "exchange"
    # SALib's own readers read what its command line would.
    problem = read_param_file(exchange / "params.txt")
    inputs = numpy.loadtxt(exchange / "X.txt")
    rows = table(study, "sensitivity.csv")
    for response in ("failed", "bytes"):
        outputs = numpy.loadtxt(exchange / f"Y-{response}.txt")
        indices = morris.analyze(problem, inputs, outputs, num_levels=4)
        mine = [row for row in rows if row["response"] == response]
        for row, name, *theirs in zip(
            mine, indices["names"], indices["mu"], indices["mu_star"], indices["sigma"]
        ):
            lab.same("name of an axis", row["axis"].replace(" ", "_"), str(name))
            for column, figure in zip(("mu", "mu_star", "sigma"), theirs):
                lab.same(f"morris, {response}, {row['axis']}, {column}", row[column], figure)
    command_line(lab, exchange, rows)
    lab.done("SALib, Morris indices", 24)


def command_line(lab, exchange, rows):
    """The commands that the documentation names do read the files."""
    salib = pathlib.Path(sys.executable).with_name("salib")
    files = ("-p", exchange / "params.txt", "-X", exchange / "X.txt", "-Y", exchange / "Y-failed.txt")
    said = subprocess.run(
        [salib, "analyze", "morris", *files, "-c", "0", "-l", "4"], capture_output=True, text=True
    )
    if said.returncode != 0:
        sys.exit(f"salib analyze: {said.stderr}")
    mine = [row for row in rows if row["response"] == "failed"]
    # Columns: name, mu, mu_star, sigma, mu_star_conf, as pandas prints them.
    lines = {line.split()[0]: line.split()[1:] for line in said.stdout.splitlines()[1:] if line.split()}
    for row in mine:
        theirs = [float(cell) for cell in lines[row["axis"].replace(" ", "_")][:3]]
        for column, figure in zip(("mu", "mu_star", "sigma"), theirs):
            lab.same(f"salib analyze, {row['axis']}, {column}", row[column], figure)


def sampled_by_salib(lab):
    """A design that SALib has sampled comes in, and its analysis goes out."""
    problem = lab.folder / "problem.txt"
    problem.write_text("machines 10 100\nline 64 2048\nfailing 0.0 0.5\n")
    design = lab.folder / "sampled.txt"
    # The command `salib sample` scrambles anew each time, whatever its seed.
    given = sobol_sample.sample(read_param_file(str(problem)), 32, seed=1)
    # Machines are counted in whole numbers.
    given[:, 0] = numpy.floor(given[:, 0])
    with open(design, "w") as file:
        for row in given:
            file.write(" ".join([str(int(row[0])), *(f"{cell:.9f}" for cell in row[1:])]) + "\n")
    study = lab.study(
        "sampled",
        f'design = {{ kind = "file", file = "sampled.txt" }}\nreplications = 2\n{RESPONSES}{FACTORS}',
    )
    lab.run("study", "emit", "salib", study, "-o", "back")
    back = numpy.loadtxt(lab.folder / "back" / "X.txt")
    for mine, theirs in zip(back.ravel(), given.round(9).ravel()):
        lab.same("a value of the design", mine, theirs)
    outputs = numpy.loadtxt(lab.folder / "back" / "Y-failed.txt")
    indices = sobol.analyze(read_param_file(lab.folder / "back" / "params.txt"), outputs, seed=1)
    # Most of the failures depend on how many machines there are and on the
    # share that fails; the line does nothing.
    totals = dict(zip(("machines", "line", "failing"), indices["ST"]))
    for name, figure in totals.items():
        verdict = "matters" if figure > 0.2 else "does not matter"
        lab.same(name, "does not matter" if name == "line" else "matters", verdict)
    lab.done("SALib, a design of its own", 100)


def points_and_pairs(lab):
    study = lab.study("lines", f"replications = 60\n{LINES % 'true'}{RESPONSES}")
    rows = table(study, "points.csv")
    points = sorted({row["point"] for row in rows}, key=int)
    for row in rows:
        sample = values(study, row["response"], points)[row["point"]]
        summary(lab, f"{row['response']} at point {row['point']}", row, sample)
    lab.done("sim-tools and scipy, points.csv", 150)
    for row in table(study, "pairs.csv"):
        by_point = values(study, row["response"], points)
        pair(lab, row, by_point[row["baseline"]], by_point[row["point"]], len(points) - 1)
    lab.done("scipy, pairs.csv", 70)


def summary(lab, what, row, sample):
    reached = [value for value in sample if value is not None]
    if len(reached) == len(sample):
        # sim-tools tells the interval after every replication; the last counts.
        _, theirs = confidence_interval_method(sample, alpha=0.05, min_rep=3, decimal_places=12)
        theirs = theirs.iloc[-1]
        columns = {
            "mean": "Cumulative Mean",
            "sd": "Standard Deviation",
            "ci_low": "Lower Interval",
            "ci_high": "Upper Interval",
        }
        if not theirs["Standard Deviation"] > 0:
            # Values that are all equal say nothing of their spread, and sim-tools makes
            # an interval without width of it: rollcast leaves these cells empty.
            theirs = {**theirs, "Lower Interval": None, "Upper Interval": None}
        for mine, named in columns.items():
            figure = theirs[named]
            lab.same(f"{what}, {mine}", row[mine], None if figure is None else float(figure))
    wilson = stats.binomtest(len(reached), len(sample)).proportion_ci(0.95, "wilson")
    lab.same(f"{what}, reached_low", row["reached_low"], wilson.low)
    lab.same(f"{what}, reached_high", row["reached_high"], wilson.high)
    # What was not reached is later than everything.
    late = [math.inf if value is None else value for value in sample]
    median = stats.quantile_test(late, p=0.5).confidence_interval(0.95)
    lab.same(f"{what}, median_low", row["median_low"], finite(median.low))
    lab.same(f"{what}, median_high", row["median_high"], finite(median.high))
    bound = stats.quantile_test(late, p=0.95, alternative="less").confidence_interval(0.95)
    lab.same(f"{what}, q95_at_most", row["q95_at_most"], finite(bound.high))


def finite(value):
    return float(value) if math.isfinite(value) else None


def pair(lab, row, before, after, others):
    what = f"{row['response']}, point {row['point']} against the baseline"
    both = [(a, b) for a, b in zip(before, after) if a is not None and b is not None]
    before, after = map(numpy.array, zip(*both))
    test = stats.ttest_rel(after, before)
    alone, joint = test.confidence_interval(0.95), test.confidence_interval(1 - 0.05 / others)
    theirs = {
        "mean_difference": (after - before).mean(),
        "sd": (after - before).std(ddof=1),
        "ci_low": alone.low,
        "ci_high": alone.high,
        "joint_low": joint.low,
        "joint_high": joint.high,
    }
    if theirs["sd"] > 0:
        theirs["correlation"] = stats.pearsonr(before, after).statistic
    else:
        theirs = {"mean_difference": theirs["mean_difference"], "sd": 0.0}
    for column, figure in theirs.items():
        lab.same(f"{what}, {column}", row[column], float(figure))


class Replay:
    """A model that gives the numbers of runs that were made."""

    def __init__(self, sample):
        self.sample = sample

    def single_run(self, replication_number):
        return {"y": self.sample[replication_number]}


def enough_replications(lab):
    every = lab.study("every", f"replications = 400\n{LINES % 'true'}{RESPONSES}")
    for relative in (0.2, 0.1, 0.05):
        for response in ("failed", "half"):
            stop = f'stop = {{ response = "{response}", relative = {relative}, most = 300 }}\nreplications = 3\n'
            study = lab.study(f"stop-{response}-{relative}", f"{stop}{LINES % 'true'}{RESPONSES}")
            for row in table(study, "points.csv"):
                if row["response"] != response:
                    continue
                sample = values(every, response, [row["point"]])[row["point"]]
                algorithm = ReplicationsAlgorithm(
                    half_width_precision=relative, initial_replications=3, replication_budget=300
                )
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    theirs = algorithm.select(Replay(sample), ["y"])[0]["y"]
                # Beyond a hundred sim-tools looks ahead by a share of where it
                # is, and rollcast, as the paper has it, of where it was precise.
                if theirs is not None and theirs > 100:
                    continue
                said = f"precise enough from {theirs} replications on"
                note = row["note"].split("; ")[-1]
                lab.same(f"replications for {response} to {relative}, point {row['point']}", note, said)
    lab.done("sim-tools, replications that are enough", 15)


class Contest(KN):
    """sim-tools' procedure with the variance of a pair looked up where it
    stands: 1.3.0 takes that of another pair where the second point has the lower
    number, which shows as soon as there are three points."""

    def _limit_to_distance_from_sample_means(self, design_i, design_l):
        place = design_l - 1 if design_l > design_i else design_l
        variance = self._variance_of_diffs[design_i * (self._k - 1) + place]
        reach = self._h_squared * variance / self._delta**2
        return max(0, self._delta / (2 * self._r) * (reach - self._r))


class Points:
    """Points that give the numbers of runs that were made, one by one."""

    def __init__(self, samples):
        self.samples = [iter(sample) for sample in samples]
        self.made = [0] * len(samples)

    def register_observer(self, observer):
        self.observer = observer

    def simulate(self, design):
        self.made[design] += 1
        self.observer.feedback(self, design, next(self.samples[design]))


def the_best(lab):
    every = lab.study("apart", f"replications = 400\n{LINES % 'false'}{RESPONSES}")
    points = [str(number) for number in range(1, 6)]
    for response, zone in (("half", 60), ("half", 200), ("failed", 1)):
        for best, direction in (("smallest", "min"), ("largest", "max")):
            select = (
                f'select = {{ procedure = "kim-nelson", response = "{response}", best = "{best}", '
                f"indifference = {zone}, most = 400 }}\nreplications = 10\n"
            )
            study = lab.study(f"best-{response}-{zone}-{best}", f"{select}{LINES % 'false'}{RESPONSES}")
            samples = values(every, response, points)
            model = Points([samples[point] for point in points])
            contest = Contest(model, len(points), zone, alpha=0.05, n_0=10, obj=direction)
            try:
                winner = int(contest.solve()[0])
            except StopIteration:
                winner = None
            rows = table(study, "selection.csv")
            what = f"the {best} {response} to within {zone}"
            if winner is None:
                lab.same(what, str(sum(row["kept"] == "yes" for row in rows) > 1), "True")
                continue
            for point, row in enumerate(rows):
                # sim-tools makes one more once it knows the winner.
                made = model.made[point] - (point == winner)
                lab.same(f"{what}, replications of point {row['point']}", row["n"], made)
                lab.same(f"{what}, point {row['point']}", row["kept"], "yes" if point == winner else "no")
    lab.done("sim-tools, the best after Kim and Nelson", 30)


def main():
    folder = pathlib.Path(sys.argv[2])
    lab = Lab(str(pathlib.Path(sys.argv[1]).resolve()), folder)
    for chapter in (morris_indices, sampled_by_salib, points_and_pairs, enough_replications, the_best):
        chapter(lab)
    if lab.wrong:
        sys.exit(f"{lab.wrong} figures differ")


if __name__ == "__main__":
    main()
