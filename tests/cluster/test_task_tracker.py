"""Items on a cluster whose workers die: which are sent again, and which fail."""

from concurrent.futures import Future

import pytest

from imgfilt.cluster import task_tracker
from imgfilt.cluster.task_tracker import TaskTracker
from imgfilt.concurrency.worker_process import TaskFailure


class FakeScheduler:
    """A scheduler with a list of events for its tasks, whose keys are 0, 1, 2 ... as sent."""

    def __init__(self, *events, items="abc", room=2):
        self.events, self.items, self.room = list(events), iter(items), room
        self.sent, self.futures, self.most, self.polls = [], [], 0, 0
        self.looks = iter([])  # whether the cancelled tasks still run; in the end they don't
        self.tracker = TaskTracker(
            self.send, lambda error: getattr(error, "deaths", 0), self.find_running
        )

    def send(self, item):
        self.sent.append(item)
        self.futures.append(Future())
        return len(self.sent) - 1, self.futures[-1]

    def find_running(self, keys):
        return keys if next(self.looks, False) else set()

    def poll(self):
        """Let the next event happen once its tasks are sent."""
        self.polls += 1
        assert self.polls < 50
        self.most = max(self.most, sum(not future.done() for future in self.futures))
        if self.events and max(self.events[0][1]) < len(self.sent):
            event, keys = self.events.pop(0)
            event(self, keys)

    def results(self):
        found = dict(self.tracker.results(self.items, lambda: self.room, self.poll))
        assert not self.events
        return found


def returned(*keys):
    def event(scheduler, keys):
        for key in keys:
            scheduler.futures[key].set_result(scheduler.sent[key].upper())

    return event, keys


def worker_died(*keys):
    return lambda scheduler, keys: scheduler.tracker.worker_died(set(keys)), keys


def raised(error, *keys):
    return lambda scheduler, keys: scheduler.futures[keys[0]].set_exception(error), keys


def killed(deaths):
    error = Exception()
    error.deaths = deaths
    return error


@pytest.fixture(autouse=True)
def no_delay(monkeypatch):
    monkeypatch.setattr(task_tracker, "_CANCEL_SECONDS", 0)
    monkeypatch.setattr(task_tracker, "_POLL_SECONDS", 0.01)


LOST = TaskFailure("given up: 3 workers ended while they filtered it")


def test_no_more_items_than_there_is_room_for_are_on_their_way():
    scheduler = FakeScheduler(returned(1), returned(0, 2))
    assert scheduler.results() == {"a": "A", "b": "B", "c": "C"}
    assert (scheduler.sent, scheduler.most) == (["a", "b", "c"], 2)


def test_one_death_is_left_to_the_scheduler():
    scheduler = FakeScheduler(worker_died(0, 1), returned(0, 1), returned(2))
    assert scheduler.results() == {"a": "A", "b": "B", "c": "C"}
    assert scheduler.sent == ["a", "b", "c"]


def test_two_items_with_two_deaths_are_sent_again_one_at_a_time():
    twice = worker_died(0, 1), worker_died(0, 1)
    scheduler = FakeScheduler(*twice, worker_died(2), returned(3), returned(4))
    found = scheduler.results()
    first, other, last = scheduler.sent[2:]
    assert last == "c"
    assert {first, other} == {"a", "b"}
    assert found == {first: LOST, other: other.upper(), "c": "C"}
    assert scheduler.futures[0].cancelled()
    assert scheduler.futures[1].cancelled()


def test_a_second_suspect_waits_for_the_first():
    scheduler = FakeScheduler(
        worker_died(0, 1), worker_died(0, 1), returned(2), returned(3), items="ab"
    )
    assert scheduler.results() == {"a": "A", "b": "B"}
    assert scheduler.most == 2
    assert scheduler.futures[2].done()


def test_a_suspect_is_sent_alone():
    """Item b, not yet a suspect, can't make a third worker die while a is on that worker."""
    scheduler = FakeScheduler(worker_died(0), worker_died(0), returned(1), returned(2), returned(3))
    assert scheduler.results() == {"a": "A", "b": "B", "c": "C"}
    assert scheduler.sent == ["a", "b", "a", "c"]


def test_a_suspect_waits_for_cancelled_tasks_that_still_run():
    """They are those of its first deaths, and then that of the suspect that has failed."""
    twice = worker_died(0, 1), worker_died(0, 1)
    scheduler = FakeScheduler(*twice, worker_died(2), returned(3), items="ab")
    scheduler.looks = iter([True, True, False, True, True, False])
    assert sorted(scheduler.results().values(), key=str) == ["B", LOST]
    assert list(scheduler.looks) == []


def test_deaths_before_the_item_is_quarantined_are_no_proof():
    scheduler = FakeScheduler(*[worker_died(0)] * 4, returned(1), items="a")
    assert scheduler.results() == {"a": "A"}


def test_a_scheduler_that_gives_up_at_once():
    """Each of its errors counts a death; a later event of the same death does not."""
    events = [event for key in range(3) for event in (raised(killed(1), key), worker_died(key))]
    scheduler = FakeScheduler(*events[:-1], items="a")
    assert scheduler.results() == {"a": LOST}
    assert scheduler.sent == ["a"] * 3


def test_an_error_of_a_worker_is_the_items_own():
    scheduler = FakeScheduler(raised(ValueError("no"), 0), returned(1), returned(2))
    reason = "its worker can't do it: ValueError (no)"
    assert scheduler.results() == {"a": TaskFailure(reason), "b": "B", "c": "C"}


def test_an_item_that_others_cancel_gives_none():
    scheduler = FakeScheduler(
        (lambda scheduler, keys: scheduler.futures[0].cancel(), [0]), items="a"
    )
    assert scheduler.results() == {"a": None}


def test_closing_the_results_cancels_what_is_on_its_way():
    scheduler = FakeScheduler(returned(0))
    results = scheduler.tracker.results(scheduler.items, lambda: 2, scheduler.poll)
    assert next(results) == ("a", "A")
    results.close()
    assert scheduler.futures[1].cancelled()
