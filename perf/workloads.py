"""Seeded plans, and the same plan as a runbook, a build.ninja and a Makefile.

The same name and size give the same plan, always: every contestant does the same work.
"""

import os
import random
from dataclasses import dataclass, field

SEED = 20
TIERS, GROUPS, LAYERS = 3, 5, 5
GRAPH_LAYERS = 50


@dataclass
class Step:
    name: str
    needs: list[str] = field(default_factory=list)
    millis: int = 0

    def argv(self) -> list[str]:
        return ["/bin/sleep", f"{self.millis / 1000:.3f}"] if self.millis else ["/bin/true"]


class Plan:
    def __init__(self, name: str, size: int):
        self.name, self.size, self.steps = name, size, []
        self.random = random.Random(SEED)
        {"wide": self._wide, "chain": self._chain, "tiers": self._tiers, "graph": self._graph}[name]()

    def _add(self, needs=(), millis=0) -> str:
        name = f"s{len(self.steps):06d}"
        self.steps.append(Step(name, sorted(set(needs)), millis))
        return name

    def _wide(self):
        """Steps that need nothing."""
        for _ in range(self.size):
            self._add()

    def _chain(self):
        """Each step needs the one before."""
        before = []
        for _ in range(self.size):
            before = [self._add(before)]

    def _tiers(self):
        """Three tiers of five groups of five layers of sleeps; one step ends each group, a tier waits for all those ends."""
        per_group = self.size // (TIERS * GROUPS)
        tier_ends = []
        for _ in range(TIERS):
            ends = []
            for _ in range(GROUPS):
                ends.append(self._group(per_group, tier_ends))
            tier_ends = ends

    def _group(self, size: int, tier_ends: list[str]) -> str:
        layer_before, left = list(tier_ends), size - 1
        for layer in range(LAYERS):
            width = left // (LAYERS - layer)
            left -= width
            here = []
            for _ in range(width):
                millis = self.random.randint(20, 120)
                if layer == 0:
                    needs = layer_before
                else:
                    count = self.random.randint(1, 3)
                    needs = self.random.sample(layer_before, min(len(layer_before), count))
                if layer and self.random.random() < 0.2:  # now and then, a step of a neighbouring group too
                    neighbours = self.steps[-2 * size : len(self.steps) - len(here)]
                    needs = needs + [self.random.choice(neighbours).name]
                here.append(self._add(needs, millis))
            layer_before = here
        return self._add(layer_before, self.random.randint(20, 120))

    def _graph(self):
        """Fifty layers; each step needs two of the layer before."""
        width = max(1, self.size // GRAPH_LAYERS)
        for at in range(self.size):
            first = (at // width - 1) * width
            self._add([f"s{first + self.random.randrange(width):06d}" for _ in range(2)] if first >= 0 else [])

    def critical_path(self) -> list[Step]:
        """The steps of the longest path, first to last; steps stand after everything they need."""
        ends, before, by_name = {}, {}, {}
        for step in self.steps:
            last = max(step.needs, key=ends.__getitem__, default=None)
            ends[step.name] = step.millis + ends.get(last, 0)
            before[step.name], by_name[step.name] = last, step
        at, path = max(ends, key=ends.__getitem__), []
        while at:
            path.append(by_name[at])
            at = before[at]
        return path[::-1]

    def write(self, folder: str):
        os.makedirs(folder, exist_ok=True)
        names = " ".join(step.name for step in self.steps)
        self._put(folder, "Makefile", [f"all: {names}", f".PHONY: all {names}"], lambda s: f"{s.name}: {' '.join(s.needs)}\n\t@{' '.join(s.argv())}")
        # No edge that needs everything: ninja would look through all of its needs whenever one is done.
        self._put(folder, "build.ninja", ["rule r", "  command = $cmd"], lambda s: f"build {s.name}: r {' '.join(s.needs)}\n  cmd = {' '.join(s.argv())}")
        # Room for the widest workload: the command line can only lower what the runbook allows.
        head = [f"runbook: {self.name}", "concurrency: 64", "units:"]
        unit = lambda s, command: f"  {s.name}: {{needs: [{', '.join(s.needs)}], run: [{{command: {command}}}]}}"
        quoted = lambda s: ", ".join(f'"{word}"' for word in s.argv())
        self._put(folder, "list.yaml", head, lambda s: unit(s, f"[{quoted(s)}]"))
        self._put(folder, "shell.yaml", head, lambda s: unit(s, f'"{" ".join(s.argv())}"'))

    def _put(self, folder, name, head, line):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("\n".join([*head, *map(line, self.steps)]) + "\n")
