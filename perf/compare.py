#!/usr/bin/env python3
"""Relight beside ninja, make and bare floors: medians of alternating rounds, as ratios with their goals.

Absolute times say little on a shared machine, so every figure is set against one taken in the same rounds. A shell costs
about 0.7 ms a step: Relight's string commands are compared with ninja, which goes through one, its list commands with
make and the floors, which do not.

    python3 perf/compare.py                         everything, five rounds
    python3 perf/compare.py --only wide,chain       some workloads
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

import measure
from workloads import Plan

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {"wide": 1000, "chain": 500, "tiers": 300, "one": 1}
CHECK_SIZES = (1_000, 10_000, 100_000)
WIDTH = {"wide": 16, "chain": 16, "tiers": 64, "one": 16}
WORKLOADS = ("wide", "chain", "tiers", "check", "one", "demo")


class Bench:
    def __init__(self, relight: str, out: str, rounds: int):
        self.relight, self.out, self.rounds = relight, out, rounds
        self.samples: dict[tuple[str, str], list[measure.Sample]] = {}
        self.floor = os.path.join(out, "floor")
        if not os.path.exists(self.floor) or os.path.getmtime(self.floor) < os.path.getmtime(f"{HERE}/floor.c"):
            subprocess.run(["cc", "-O2", "-o", self.floor, f"{HERE}/floor.c", "-lsqlite3"], check=True)

    def folder(self, plan: Plan) -> str:
        folder = os.path.join(self.out, f"{plan.name}-{plan.size}")
        if not os.path.exists(f"{folder}/complete"):
            plan.write(folder)
            open(f"{folder}/complete", "w", encoding="ascii").close()
        return folder

    def alternate(self, workload: str, contestants: dict):
        """Rounds over all contestants, so that the machine's moods hit everybody; round 0 warms up and does not count."""
        for round_ in range(self.rounds + 1):
            for name, contest in contestants.items():
                try:
                    sample = contest()
                except measure.Failed as failure:
                    sys.exit(f"{workload}, {name}: {failure}")
                if round_:
                    self.samples.setdefault((workload, name), []).append(sample)
            print(f"{workload}: round {round_} of {self.rounds}", file=sys.stderr)

    def median(self, workload: str, name: str, what=lambda sample: sample.wall) -> float:
        return statistics.median(map(what, self.samples[workload, name]))

    # Contestants

    def ninja(self, folder, width, *more):
        def contest():
            for left in (".ninja_log", ".ninja_deps"):
                if os.path.exists(f"{folder}/{left}"):
                    os.remove(f"{folder}/{left}")
            return measure.run(["ninja", "--quiet", f"-j{width}", *more], folder)

        return contest

    def make(self, folder, width, *more):
        return lambda: measure.run(["make", "-s", f"-j{width}", *more, "all"], folder)

    def bare(self, folder, mode, size, width, seconds=()):
        def contest():
            for ending in ("", "-wal", "-shm"):
                if os.path.exists(f"{folder}/floor.db{ending}"):
                    os.remove(f"{folder}/floor.db{ending}")
            return measure.run([self.floor, mode, str(size), str(width), "floor.db", *seconds], folder)

        return contest

    def run_of_relight(self, folder, form, width, steps):
        """A run in a state folder of its own. Its last line must say that every unit is ready, or it does not count."""

        def contest():
            state = f"{folder}/state"
            shutil.rmtree(state, ignore_errors=True)
            argv = [self.relight, "run", f"{form}.yaml", "--mode", "drill", "--concurrency", str(width), "--state", state, "--format", "json"]
            sample = measure.run(argv, folder)
            end = json.loads(sample.output.strip().splitlines()[-1])
            if end["status"] != "completed" or len(end["units"]) != steps:
                raise measure.Failed(f"it says {end['status']} after {len(end['units'])} of {steps} units")
            return sample

        return contest

    # Workloads

    def runs(self, workload):
        size, width = SIZES[workload], WIDTH[workload]
        plan = Plan({"one": "chain"}.get(workload, workload), size)
        folder = self.folder(plan)
        contestants = {"make": self.make(folder, width), "ninja": self.ninja(folder, width)}
        if workload == "tiers":
            # The longest path alone, step after step: what the hops cost whoever takes them.
            path = [step.argv()[1] for step in plan.critical_path()]
            for mode in ("spawn", "group"):
                contestants[f"floor: {mode}"] = self.bare(folder, mode, len(path), 1, path)
        else:
            floor_width = 1 if workload == "chain" else width
            for mode in ("spawn", "group", "each"):
                contestants[f"floor: {mode}"] = self.bare(folder, mode, size, floor_width)
        contestants["relight, list"] = self.run_of_relight(folder, "list", width, size)
        contestants["relight, shell"] = self.run_of_relight(folder, "shell", width, size)
        self.alternate(workload, contestants)
        return plan

    def checks(self):
        for size in CHECK_SIZES:
            folder = self.folder(Plan("graph", size))
            contestants = {
                "make -n": self.make(folder, 1, "-n"),
                "ninja -n": self.ninja(folder, 1, "-n"),
                "relight check": lambda folder=folder: measure.run([self.relight, "check", "list.yaml"], folder),
            }
            self.alternate(f"check {size}", contestants)

    def demos(self):
        self.alternate("demo", {"relight demo": self.demo})

    def demo(self):
        """Launch to first page; then, idle for three seconds, resident memory."""
        state = os.path.join(self.out, "demo-state")
        shutil.rmtree(state, ignore_errors=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        busy, start = measure.machine_busy(), time.monotonic()
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen([self.relight, "demo", "--listen", f"127.0.0.1:{port}", "--state", state], **quiet)
        try:
            while not answers(port):
                if process.poll() is not None or time.monotonic() - start > 60:
                    raise measure.Failed("no page within a minute")
                time.sleep(0.002)
            wall = time.monotonic() - start
            others = max(0.0, measure.machine_busy() - busy - wall) / wall / os.cpu_count()
            time.sleep(3)
            return measure.Sample(wall, measure.resident(process.pid), others, b"")
        finally:
            process.terminate()
            process.wait()

    # Results

    def table(self, workload, plan=None):
        rows, goals = [], []
        of = lambda name: self.median(workload, name)
        if workload in ("wide", "chain"):
            floor = {"wide": "floor: group", "chain": "floor: each"}[workload]
            goals = [
                ("shell ÷ ninja", of("relight, shell") / of("ninja"), 1.0, None),
                ("list ÷ make", of("relight, list") / of("make"), None, None),
                (f"list ÷ {floor}", of("relight, list") / of(floor), None, 1.3),
            ]
        elif workload == "tiers":
            ideal = sum(step.millis for step in plan.critical_path()) / 1000
            beside = [(name, None, None) for name in ("floor: spawn", "floor: group", "make", "ninja")]
            goals = [(f"{name} ÷ ideal", of(name) / ideal, goal, then) for name, goal, then in (*beside, ("relight, list", 1.02, 1.01), ("relight, shell", 1.02, 1.01))]
            goals.append(("relight, list ÷ floor: group", of("relight, list") / of("floor: group"), None, None))
        elif workload == "one":
            goals = [("list, ms", of("relight, list") * 1000, 30, 15)]
        elif workload == "demo":
            goals = [("first page, s", of("relight demo"), 1.0, 0.2), ("resident when idle, MiB", self.median(workload, "relight demo", lambda s: s.memory), 60, 40)]
        for (at, name), samples in self.samples.items():
            if at == workload:
                walls = [sample.wall for sample in samples]
                rows.append((name, f"{statistics.median(walls):.3f} s ({min(walls):.3f}–{max(walls):.3f})", f"{max(s.memory for s in samples):.0f} MiB"))
        return rows, goals

    def check_goals(self):
        name, against, largest = "relight check", "make -n", CHECK_SIZES[-1]
        memory = lambda sample: sample.memory
        at = lambda size, who=name, what=lambda s: s.wall: self.median(f"check {size}", who, what)
        growth = [at(b) / at(a) / (b / a) for a, b in zip(CHECK_SIZES, CHECK_SIZES[1:])]
        return [
            (f"time ÷ {against} at {largest:,}", at(largest) / at(largest, against), 3.0, 1.5),
            (f"memory ÷ {against} at {largest:,}", at(largest, name, memory) / at(largest, against, memory), 3.0, 1.5),
            *[(f"time a step, {b:,} ÷ {a:,}", ratio, 1.5, None) for (a, b), ratio in zip(zip(CHECK_SIZES, CHECK_SIZES[1:]), growth)],
        ]


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return page.status == 200
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def show(title, rows, goals):
    print(f"\n### {title}\n\n| contestant | median (min–max) | memory |\n|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print("\n| ratio | measured | goal | then |\n|---|---|---|---|")
    mark = lambda value, bound: "" if bound is None else f"≤ {bound:g} {'met' if value <= bound else '**missed**'}"
    for name, value, goal, then in goals:
        print(f"| {name} | {value:.3g} | {mark(value, goal)} | {mark(value, then)} |")
    return [name for name, value, goal, _ in goals if goal is not None and value > goal]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default=",".join(WORKLOADS), help="workloads, separated by commas")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--relight", default=os.path.join(HERE, "../target/release/relight"))
    options.add_argument("--out", default=os.path.join(HERE, "out"), help="folder for plans and state")
    options = options.parse_args()
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(WORKLOADS):
        sys.exit(f"no such workload: {', '.join(unknown)}; there are {', '.join(WORKLOADS)}")
    os.makedirs(options.out, exist_ok=True)
    bench = Bench(os.path.abspath(options.relight), os.path.abspath(options.out), options.rounds)
    missed = []
    for workload in wanted:
        if workload == "check":
            bench.checks()
            for size in CHECK_SIZES:
                rows, _ = bench.table(f"check {size}")
                goals = bench.check_goals() if size == CHECK_SIZES[-1] else []
                missed += show(f"check, {size:,} steps", rows, goals)
        elif workload == "demo":
            bench.demos()
            missed += show(workload, *bench.table(workload))
        else:
            plan = bench.runs(workload)
            missed += show(f"{workload}, {SIZES[workload]:,} steps", *bench.table(workload, plan))
    # Relight's steps belong to its keeper, not to the process that is measured: they would count as others here.
    peers = [(sample.others, *key) for key, samples in bench.samples.items() for sample in samples if "relight" not in key[1] and sample.wall > 0.25]
    if peers:
        share, workload, name = max(peers)
        print(f"\nOther programs used at most {share:.0%} of the machine during a run ({name}, {workload}).")
    if missed:
        sys.exit(f"missed: {'; '.join(missed)}")


if __name__ == "__main__":
    main()
