"""A Dask cluster on this machine, as tests need one: real processes, on the loopback."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

DASK = sys.executable, "-m", "dask"
PRIVATE = (
    "--host",
    "127.0.0.1",
    "--dashboard-address",
    "127.0.0.1:0",
)  # beside what else runs on this machine


class Cluster:
    """A scheduler and workers; leaving the `with` block ends them, whatever became of them."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.file = self.folder / "scheduler.json"
        self.started = []

    def __enter__(self):
        from distributed import Client  # not there for all who collect tests

        self.scheduler = self.start("scheduler", "--port", "0")
        self.until(self.file.exists)
        self.client = Client(self.address, set_as_default=False)
        return self

    def __exit__(self, *raised):
        with contextlib.suppress(OSError):
            self.client.close(1)
        while self.started:
            self.end(self.started[-1])

    @property
    def address(self):
        return json.loads(self.file.read_text())["address"]

    def start(self, kind, *options):
        """Start `dask scheduler` or `dask worker`, as the head of a group of processes."""
        words = *DASK, kind, "--scheduler-file", str(self.file), *PRIVATE, *options
        environment = os.environ | {"DASK_TEMPORARY_DIRECTORY": str(self.folder)}
        with open(self.folder / f"{kind}.log", "ab") as log:
            process = subprocess.Popen(
                words, stdout=log, stderr=log, env=environment, start_new_session=True
            )
        self.started.append(process)
        return process

    def work(self, count, *options, preload=None):
        """Start so many workers of one thread each, with some Python run in each of them."""
        if preload is not None:
            path = self.folder / "preload.py"
            path.write_text(preload)
            options = *options, "--preload", str(path)
        there = len(self.workers())
        process = self.start("worker", "--nworkers", str(count), "--nthreads", "1", *options)
        self.until(lambda: len(self.workers()) == there + count)
        return process

    def end(self, process):
        """End what was started, once: its process id may soon be another's."""
        self.started.remove(process)
        end(process)

    def workers(self):
        """Return the process ids of the workers that the scheduler has, by their addresses."""
        return self.client.run(os.getpid)

    def until(self, condition):
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, [
                path.read_text()[-500:] for path in self.folder.glob("*.log")
            ]
            time.sleep(0.05)


def end(process):
    """End a group of processes, and see that it is gone."""
    for number, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        deadline = time.monotonic() + patience
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
            while time.monotonic() < deadline:
                process.poll()  # else it would stay a zombie of its group
                os.killpg(process.pid, 0)
                time.sleep(0.02)
            continue
        process.wait()
        return
    raise AssertionError(f"{process.args} can't be ended")
