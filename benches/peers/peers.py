#!/usr/bin/env python3
"""Three textbook workloads on Rollcast's engine and on others that can be had.

    pip install simpy salabim cimba
    python3 benches/peers/peers.py            # builds Rollcast's part
    python3 benches/peers/peers.py PROGRAM    # or takes it as it was built before

Engines that are not installed are left out. Each workload runs on one thread, and
what is measured is its processor time; what a run came to is printed beside it, with
what it comes to in the long run. The table is the one in docs/performance.md.

hold   each of 1,000 or 100,000 events is put back an exponential time later, and so
       on; nanoseconds an event. The others keep a process for each.
mm1    one server at 0.9 of what it can do; nanoseconds a customer.
share  transfers of exponential sizes over one link that they share equally, full 0.9
       of the time; nanoseconds a transfer. Where an engine has no shared link, the
       model has one: virtual time and a heap of marks.
"""

import heapq
import importlib.metadata
import pathlib
import random
import subprocess
import sys
import time

LOAD = 0.9
LONG_RUN = {"hold": 1.0, "mm1": LOAD / (1 - LOAD), "share": 1 / (1 - LOAD)}
ROOT = pathlib.Path(__file__).resolve().parents[2]


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def measured(work, count):
    start = time.process_time()
    result = work()
    return (time.process_time() - start) / count * 1e9, result


def simpy_hold(pending, holds):
    import simpy

    environment, draw, left, total = simpy.Environment(), random.Random(1), [holds], [0.0]
    stop = environment.event()

    def entity():
        while True:
            delay = draw.expovariate(1)
            yield environment.timeout(delay)
            total[0] += delay
            left[0] -= 1
            if left[0] == 0:
                stop.succeed()

    for _ in range(pending):
        environment.process(entity())
    environment.run(until=stop)
    return total[0] / holds


def simpy_mm1(customers):
    import simpy

    environment, draw, waited = simpy.Environment(), random.Random(1), [0.0]
    server = simpy.Resource(environment)

    def customer():
        arrived = environment.now
        with server.request() as turn:
            yield turn
            waited[0] += environment.now - arrived
            yield environment.timeout(draw.expovariate(1))

    def arrivals():
        for _ in range(customers):
            environment.process(customer())
            yield environment.timeout(draw.expovariate(LOAD))

    environment.process(arrivals())
    environment.run()
    return waited[0] / customers


def simpy_share(transfers):
    import simpy

    environment, draw = simpy.Environment(), random.Random(1)
    marks, state, taken = [], {"clock": 0.0, "since": 0.0, "turn": 0}, [0.0]

    def advance():
        if marks:
            state["clock"] += (environment.now - state["since"]) / len(marks)
        state["since"] = environment.now

    def wake(turn):
        def woken(_):
            if turn == state["turn"]:
                advance()
                _, started = heapq.heappop(marks)
                taken[0] += environment.now - started
                arrange()

        return woken

    def arrange():
        state["turn"] += 1
        if marks:
            left = max(0.0, marks[0][0] - state["clock"]) * len(marks)
            environment.timeout(left).callbacks.append(wake(state["turn"]))

    def arrivals():
        for _ in range(transfers):
            advance()
            mark = state["clock"] + draw.expovariate(1)
            heapq.heappush(marks, (mark, environment.now))
            arrange()
            yield environment.timeout(draw.expovariate(LOAD))

    environment.process(arrivals())
    environment.run()
    return taken[0] / transfers


def salabim_hold(pending, holds):
    import salabim

    salabim.yieldless(False)
    environment, draw = salabim.Environment(), random.Random(1)
    left, total = [holds], [0.0]

    class Entity(salabim.Component):
        def process(self):
            while True:
                delay = draw.expovariate(1)
                yield self.hold(delay)
                total[0] += delay
                left[0] -= 1
                if left[0] == 0:
                    environment.main().activate()

    for _ in range(pending):
        Entity()
    environment.run()
    return total[0] / holds


def salabim_mm1(customers):
    import salabim

    salabim.yieldless(False)
    environment, draw, waited = salabim.Environment(), random.Random(1), [0.0]
    server = salabim.Resource()

    class Customer(salabim.Component):
        def process(self):
            arrived = environment.now()
            yield self.request(server)
            waited[0] += environment.now() - arrived
            yield self.hold(draw.expovariate(1))

    class Arrivals(salabim.Component):
        def process(self):
            for _ in range(customers):
                Customer()
                yield self.hold(draw.expovariate(LOAD))

    Arrivals()
    environment.run()
    return waited[0] / customers


def cimba_mm1(customers):
    import cimba
    from cimba import inputs

    class Queue(cimba.Model):
        interarrival: cimba.Input[float] = inputs.dist.exponential(mean=1 / LOAD)
        service_time: cimba.Input[float] = inputs.dist.exponential(mean=1)
        queue: cimba.Container
        mean_queue: cimba.Output[float]

        @cimba.process
        def arrivals(self):
            while True:
                cimba.hold(self.interarrival.next())
                self.queue.put(1)

        @cimba.process
        def server(self):
            while True:
                self.queue.get(1)
                cimba.hold(self.service_time.next())

        @cimba.on_end
        def measure(self):
            self.mean_queue = self.queue.mean_level()

    model = Queue()

    def experiment(duration):
        window = cimba.Window(warmup=0, duration=duration)
        run = cimba.Experiment(model, replications=1, window=window, seed=123).run()
        return float(cimba.analysis.summary(run[model].mean_queue).mean.item())

    experiment(10)  # It compiles the model.
    # By Little's law the mean wait is the mean queue over the rate of arrivals.
    return measured(lambda: experiment(customers / LOAD) / LOAD, customers)


def rollcast():
    command = sys.argv[1:2] or ["cargo", "bench", "--bench", "peers"]
    out = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    for line in out.stdout.splitlines():
        if line.startswith("peers "):
            _, workload, size, nanoseconds, result = line.split()
            yield workload, int(size), float(nanoseconds), float(result)


def others():
    """Engine, workload, size, nanoseconds for one, result."""
    if version("simpy"):
        for pending in (1_000, 100_000):
            yield "SimPy", "hold", pending, *measured(lambda: simpy_hold(pending, 300_000), 300_000)
        yield "SimPy", "mm1", 300_000, *measured(lambda: simpy_mm1(300_000), 300_000)
        yield "SimPy", "share", 300_000, *measured(lambda: simpy_share(300_000), 300_000)
    if version("salabim"):
        yield "salabim", "hold", 1_000, *measured(lambda: salabim_hold(1_000, 50_000), 50_000)
        yield "salabim", "mm1", 50_000, *measured(lambda: salabim_mm1(50_000), 50_000)
    if version("cimba"):
        yield "cimba", "mm1", 1_000_000, *cimba_mm1(1_000_000)


def main():
    names = {"rollcast": "Rollcast"}
    for package, name in (("simpy", "SimPy"), ("salabim", "salabim"), ("cimba", "cimba")):
        names[name] = f"{name} {version(package)}"
    print("| workload | engine | size | ns each | result | in the long run |")
    print("|---|---|---|---|---|---|")
    rows = [("rollcast", *row) for row in rollcast()]
    for engine, workload, size, nanoseconds, result in [*rows, *others()]:
        expected = LONG_RUN[workload]
        print(f"| {workload} | {names[engine]} | {size:,} | {nanoseconds:,.0f} | {result:.2f} | {expected:.0f} |", flush=True)


if __name__ == "__main__":
    main()
