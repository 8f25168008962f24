"""Workers: items side by side in processes that may die, and never outlive who began them."""

import multiprocessing
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from imgfilt.concurrency import parallel, parallel_for, pool, shutdown_threads
from imgfilt.concurrency.parallel import parallel_map
from imgfilt.concurrency.worker_process import TaskFailure

from ..cli_support import ROOT, posix

kills = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals of POSIX")


def squared(number):
    return number * number


def process_id(number):
    time.sleep(0.02)
    return os.getpid()


def fragile(number):
    """Die of what no exception can catch, or of what no item should raise."""
    if number % 10 == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if number % 10 == 5:
        raise RuntimeError("a mistake")
    if number % 10 == 7:
        os._exit(9)
    return number


def told(place):
    """Say who is at work, then take for ever; what is told at the end is another's."""
    Path(place).write_text(str(os.getpid()))
    time.sleep(60)


@pytest.fixture(params=["fork", "spawn"])
def method(request, monkeypatch):
    """How a process is begun, of which systems have one or both."""
    if request.param == "fork" and not hasattr(os, "fork"):
        pytest.skip("no fork on this system")
    monkeypatch.setattr(pool, "_METHOD", request.param)
    monkeypatch.syspath_prepend(ROOT)  # one that is spawned has to find this module
    return request.param


def alive(number):
    """Tell whether a process runs; one that waits to be buried doesn't."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 3])
def test_each_item_comes_back_once_with_its_result(method, workers):
    found = list(parallel_map(squared, range(20), workers))
    assert sorted(found) == [(number, number * number) for number in range(20)]
    assert not parallel._pools


def test_no_items():
    assert list(parallel_map(squared, [], 3)) == []


def test_no_more_processes_than_workers_and_none_of_them_this_one():
    found = {process for _, process in parallel_map(process_id, range(12), 3)}
    assert len(found) == 3
    assert os.getpid() not in found
    assert not any(map(alive, found))


def test_items_are_drawn_as_they_are_needed():
    """Thousands of paths wait as paths, not as messages."""
    drawn = []

    def items():
        for number in range(30):
            drawn.append(number)
            yield number

    for done, _ in enumerate(parallel_map(squared, items(), 2)):
        assert len(drawn) <= done + 1 + 2 * 2


def test_without_items_ahead_one_is_begun_when_the_one_before_is_known():
    known = []

    def items():
        for number in range(6):
            assert len(known) == number
            yield number

    for item, _ in parallel_map(squared, items(), 1, prefetch=False):
        known.append(item)
    assert known == [*range(6)]


@pytest.mark.slow
@kills
@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_dies_takes_one_item_with_it(method, workers):
    found = dict(parallel_map(fragile, range(10), workers))
    lost = {
        number: result.reason for number, result in found.items() if isinstance(result, TaskFailure)
    }
    assert lost == {
        3: "its worker was ended by SIGKILL",
        5: "unexpected RuntimeError (a mistake)",
        7: "its worker ended with exit code 9",
    }
    assert all(found[number] == number for number in set(range(10)) - set(lost))


@kills
def test_a_worker_that_dies_with_nothing_to_do_takes_nothing():
    def items():
        yield from range(4)
        # Only when all is done is this drawn: the workers have nothing to do now.
        for worker in parallel._pools[0].workers:
            worker.process.kill()
            worker.process.join()
        yield from range(4, 8)

    found = list(parallel_map(squared, items(), 1, prefetch=False))
    assert found == [(number, number * number) for number in range(8)]


@pytest.mark.parametrize("left", [0, 2])
def test_a_system_with_no_room_for_more_processes(left, monkeypatch):
    context = multiprocessing.get_context(pool._METHOD)
    start, begun = context.Process.start, []

    def limited(process):
        if len(begun) == left:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        begun.append(process)
        start(process)

    monkeypatch.setattr(context.Process, "start", limited)
    found = list(parallel_map(process_id, range(8), 5))
    assert sorted(number for number, _ in found) == [*range(8)]
    assert len({process for _, process in found}) == max(left, 1)
    assert (os.getpid() in dict(found).values()) == (not left)


@pytest.mark.slow
@posix
def test_more_workers_than_descriptors():
    """A worker has few of those of the others, and so has some to open files with."""
    code = """
import os, resource
from imgfilt.concurrency.parallel import parallel_map
def opened(number):
    for descriptor in [os.open(os.devnull, os.O_RDONLY) for _ in range(12)]:
        os.close(descriptor)
    return os.getpid()
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
found = list(parallel_map(opened, range(60), 40))
assert all(isinstance(result, int) for _, result in found), found
print(len(found), len({process for _, process in found}) > 5)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert (done.stdout, done.stderr) == ("60 True\n", "")


@pytest.mark.slow
@kills
def test_leaving_early_ends_the_workers(tmp_path):

    def stop():
        if (tmp_path / "a").exists() and (tmp_path / "b").exists():
            raise KeyboardInterrupt

    going = parallel_map(told, [tmp_path / "a", tmp_path / "b"], 2, on_poll=stop)
    with pytest.raises(KeyboardInterrupt):
        next(going)
    for name in "ab":
        assert not alive(int((tmp_path / name).read_text()))


@pytest.mark.slow
@kills
@pytest.mark.parametrize("holding", [False, True])
def test_workers_die_with_who_began_them(holding, tmp_path):
    """Even in the middle of what lets no thread of Python run."""
    busy = "re.match(r'(a+)+$', 'a' * 60 + 'b')" if holding else "time.sleep(60)"
    code = f"""
import os, re, sys, time
from imgfilt.concurrency.parallel import parallel_map
def hold(place):
    with open(place, "w") as file:
        file.write(str(os.getpid()))
    {busy}
list(parallel_map(hold, sys.argv[1:], 2))
"""
    places = [tmp_path / "a", tmp_path / "b"]
    process = subprocess.Popen([sys.executable, "-c", code, *map(str, places)], cwd=ROOT)
    deadline = time.monotonic() + 20
    while not all(place.exists() and place.read_text() for place in places):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    workers = [int(place.read_text()) for place in places]
    assert all(map(alive, workers))
    process.kill()
    process.wait()
    time.sleep(0.5 if sys.platform == "linux" else 3)
    assert not any(map(alive, workers))


def test_the_first_error_ends_the_others():
    begun = []

    def work(number):
        begun.append(number)
        if number == 1:
            raise ValueError("one")
        time.sleep(0.02)

    with pytest.raises(ValueError, match="one"):
        parallel_for(work, range(200), 2)
    assert len(begun) < 200


@pytest.mark.parametrize("left", [0, 1, 3])
def test_a_system_with_no_room_for_more_threads(left, monkeypatch):
    start, begun, done = threading.Thread.start, [], []

    def limited(thread):
        if len(begun) == left:
            raise RuntimeError("can't start new thread")
        begun.append(thread)
        start(thread)

    def work(number):
        time.sleep(0.005)
        done.append(number)

    shutdown_threads()
    monkeypatch.setattr(threading.Thread, "start", limited)
    parallel_for(work, range(50), 5)
    assert sorted(done) == [*range(50)]
    assert len(begun) == left
    shutdown_threads()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux")
def test_threads_that_take_all_cores_have_one_each():
    cores = os.sched_getaffinity(0)
    seen = []

    def look(number):
        seen.append((threading.get_ident(), tuple(os.sched_getaffinity(0))))
        time.sleep(0.005)

    parallel_for(look, range(10 * len(cores)), len(cores))
    assert {home for _, home in seen} == {(core,) for core in cores}
    assert len(set(seen)) == len(cores)
    assert os.sched_getaffinity(0) == cores
    seen.clear()
    parallel_for(look, range(40), 2 * len(cores))
    assert {home for _, home in seen} == {(core,) for core in cores}
    if len(cores) > 1:
        seen.clear()
        parallel_for(look, range(10), len(cores) - 1)
        assert {home for _, home in seen} == {tuple(cores)}


def test_threads_stay_until_they_are_told_to_rest():
    shutdown_threads()
    before, used = threading.active_count(), set()
    for _ in range(3):
        parallel_for(lambda _: used.add(threading.get_ident()), range(20), 2)
    assert 1 <= len(used) <= 2
    assert threading.active_count() <= before + 2
    shutdown_threads()
    assert threading.active_count() == before
    parallel_for(used.add, ["again"], 2)
    assert "again" in used


FREED = """
import resource, sys
import numpy as np
if sys.argv[1:]:
    from imgfilt.concurrency.allocator import keep_freed_memory
    keep_freed_memory()
def use():
    for array in [np.empty(12 << 20, np.uint8) for _ in range(3)]:
        array[:] = 1
for _ in range(3):
    use()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    use()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="settings of glibc")
def test_freed_memory_is_kept():
    """Memory that is allocated again is mapped already: no page faults."""
    faults = [
        int(subprocess.run([sys.executable, "-c", FREED, *words], capture_output=True).stdout)
        for words in ([], ["keep"])
    ]
    assert faults[1] < 100 < 1000 < faults[0]
