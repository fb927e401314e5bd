"""One run of one contestant: wall time, highest memory, and how much of the machine others used meanwhile."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass

LIMIT = 300  # seconds for one run


@dataclass
class Sample:
    wall: float  # seconds
    memory: float  # MiB resident at the highest, of the process itself; looked at every 10 ms
    others: float  # share of the machine that other programs used
    output: bytes


class Failed(Exception):
    pass


def machine_busy() -> float:
    """Processor seconds that this machine has worked since it booted."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = list(map(int, file.readline().split()[1:9]))
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def run(argv: list[str], folder: str, environment: dict[str, str] | None = None) -> Sample:
    """Runs a command to its end. What it started and left running (a keeper) is not waited for."""
    os.sync()  # nobody pays for what another one left unwritten
    busy = machine_busy()
    start = time.monotonic()
    process = subprocess.Popen(argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, complaint = [], []
    readers = [threading.Thread(target=lambda p, into: into.append(p.read()), args=pair, daemon=True) for pair in ((process.stdout, output), (process.stderr, complaint))]
    for reader in readers:
        reader.start()
    killer = threading.Timer(LIMIT, process.kill)
    killer.start()
    ended, highest = threading.Event(), [0.0]
    watcher = threading.Thread(target=watch, args=(process.pid, ended, highest), daemon=True)
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    killer.cancel()
    ended.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    for reader in readers:
        reader.join(5)
    if process.returncode != 0:
        said = (b"".join(complaint) + b"".join(output))[-600:].decode(errors="replace")
        raise Failed(f"{' '.join(argv)}: exit {process.returncode}\n{said}")
    own = usage.ru_utime + usage.ru_stime
    others = max(0.0, machine_busy() - busy - own) / wall / os.cpu_count()
    return Sample(wall, highest[0], others, b"".join(output))


def watch(pid: int, ended: threading.Event, highest: list[float]):
    """Keeps the high-water mark of resident memory. What wait4 tells is that of the parent where the parent was larger."""
    while not ended.wait(0.01):
        highest[0] = max(highest[0], memory(pid, "VmHWM"))


def memory(pid: int, field: str) -> float:
    """A line of /proc/PID/status in MiB; 0 when the process is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next((int(line.split()[1]) / 1024 for line in file if line.startswith(field)), 0.0)
    except OSError:
        return 0.0


def tree(pid: int) -> list[int]:
    """A process and all that came of it."""
    found, queue = [], [pid]
    while queue:
        at = queue.pop()
        try:
            for task in os.listdir(f"/proc/{at}/task"):
                with open(f"/proc/{at}/task/{task}/children", encoding="ascii") as file:
                    queue += map(int, file.read().split())
            found.append(at)
        except OSError:
            pass
    return found


def resident(pid: int) -> float:
    """MiB resident of a process and all that came of it."""
    return sum(memory(at, "VmRSS") for at in tree(pid))
