"""Items on their way in a cluster whose workers end: who is tried again, and who is given up."""

from concurrent.futures import Future

from imgfilt.cluster.task_tracker import TaskTracker
from imgfilt.concurrency.worker_process import TaskFailure


class Sky:
    """A scheduler; what happens to items, known by how many were sent before, is told to it."""

    def __init__(self, *events, items="abc", room=2):
        self.events, self.items, self.room = list(events), iter(items), room
        self.sent, self.futures, self.most, self.looks = [], [], 0, 0
        self.tracker = TaskTracker(self.send, lambda error: getattr(error, "ends", 0))

    def send(self, item):
        self.sent.append(item)
        self.futures.append(Future())
        return len(self.sent) - 1, self.futures[-1]

    def look(self):
        """Let the next thing happen, once those are sent that it happens to."""
        self.looks += 1
        assert self.looks < 50
        self.most = max(self.most, sum(not future.done() for future in self.futures))
        if self.events and max(self.events[0][1]) < len(self.sent):
            happens, keys = self.events.pop(0)
            happens(self, keys)

    def results(self):
        found = dict(self.tracker.results(self.items, lambda: self.room, self.look))
        assert not self.events
        return found


def returned(*keys):
    def happens(sky, keys):
        for key in keys:
            sky.futures[key].set_result(sky.sent[key].upper())

    return happens, keys


def worker_ended(*keys):
    return lambda sky, keys: sky.tracker.worker_died(set(keys)), keys


def raised(error, *keys):
    return lambda sky, keys: sky.futures[keys[0]].set_exception(error), keys


def killed(ends):
    error = Exception()
    error.ends = ends
    return error


LOST = TaskFailure("given up: 3 workers ended while they filtered it")


def test_only_so_many_are_on_their_way():
    sky = Sky(returned(1), returned(0, 2))
    assert sky.results() == {"a": "A", "b": "B", "c": "C"}
    assert (sky.sent, sky.most) == (["a", "b", "c"], 2)


def test_one_end_is_left_to_the_scheduler():
    sky = Sky(worker_ended(0, 1), returned(0, 1), returned(2))
    assert sky.results() == {"a": "A", "b": "B", "c": "C"}
    assert sky.sent == ["a", "b", "c"]


def test_of_two_that_were_there_twice_each_is_tried_alone():
    twice = worker_ended(0, 1), worker_ended(0, 1)
    # One of them as number 2, beside c as number 3.
    sky = Sky(*twice, worker_ended(2), returned(3), returned(4))
    found = sky.results()
    first, other = sky.sent[2], sky.sent[4]
    assert {first, other} == {"a", "b"}
    assert found == {first: LOST, other: other.upper(), "c": "C"}
    assert sky.futures[0].cancelled()
    assert sky.futures[1].cancelled()


def test_a_second_item_that_may_end_workers_waits_for_the_first():
    sky = Sky(worker_ended(0, 1), worker_ended(0, 1), returned(2), returned(3), items="ab")
    assert sky.results() == {"a": "A", "b": "B"}
    assert sky.most == 2
    assert sky.futures[2].done()


def test_more_ends_before_the_item_is_alone_are_no_proof():
    sky = Sky(*[worker_ended(0)] * 4, returned(1), items="a")
    assert sky.results() == {"a": "A"}


def test_a_scheduler_that_gives_up_at_once():
    """Each of its errors is an end, and what is heard of it later is not another."""
    events = [event for key in range(3) for event in (raised(killed(1), key), worker_ended(key))]
    sky = Sky(*events[:-1], items="a")
    assert sky.results() == {"a": LOST}
    assert sky.sent == ["a"] * 3


def test_an_error_of_a_worker_is_the_items_own():
    sky = Sky(raised(ValueError("no"), 0), returned(1), returned(2))
    reason = "its worker can't do it: ValueError (no)"
    assert sky.results() == {"a": TaskFailure(reason), "b": "B", "c": "C"}


def test_what_others_cancel_is_none():
    sky = Sky((lambda sky, keys: sky.futures[0].cancel(), [0]), items="a")
    assert sky.results() == {"a": None}


def test_what_is_left_is_recalled():
    sky = Sky(returned(0))
    results = sky.tracker.results(sky.items, lambda: 2, sky.look)
    assert next(results) == ("a", "A")
    results.close()
    assert sky.futures[1].cancelled()
