"""Items on their way in a cluster whose workers end: who is tried again, and who is given up."""

from concurrent.futures import Future

from imgfilt.workers.flight import Flight
from imgfilt.workers.worker import Lost


class Killed(Exception):
    """What a future raises once its scheduler has had enough."""


class Sky:
    """A scheduler of which a test says what happens to the items, by the number of their sending."""

    def __init__(self, script, items="abc", room=2):
        self.script, self.sent, self.items, self.room = script, [], iter(items), room
        self.most = 0
        self.flight = Flight(self.send, lambda error: error.args[0] if error.args else 0)
        self.futures = {}

    def send(self, item):
        key = len(self.sent)
        self.sent.append(item)
        self.futures[key] = Future()
        return key, self.futures[key]

    def look(self):
        """Let the next thing happen."""
        self.most = max(self.most, sum(not future.done() for future in self.futures.values()))
        next(self.script)(self)

    def results(self):
        return dict(self.flight.results(self.items, lambda: self.room, self.look))


def returned(*keys):
    def happen(sky):
        for key in keys:
            sky.futures[key].set_result(sky.sent[key].upper())

    return happen


def worker_ended(*keys):
    return lambda sky: sky.flight.worker_ended(set(keys))


def raised(key, error):
    return lambda sky: sky.futures[key].set_exception(error)


def nothing(sky):
    pass


def test_only_so_many_are_on_their_way():
    sky = Sky(iter([returned(1), returned(0, 2), nothing, nothing]))
    assert sky.results() == {"a": "A", "b": "B", "c": "C"}
    assert (sky.sent, sky.most) == (["a", "b", "c"], 2)


def test_one_end_is_left_to_the_scheduler():
    sky = Sky(iter([worker_ended(0, 1), returned(0, 1), nothing, returned(2)]))
    assert sky.results() == {"a": "A", "b": "B", "c": "C"}
    assert sky.sent == ["a", "b", "c"]


def test_of_two_that_were_there_twice_each_is_tried_alone():
    events = [worker_ended(0, 1), worker_ended(0, 1), nothing]
    # a as number 2, alone among the suspects, beside c as number 3
    events += [worker_ended(2), returned(3), returned(4), nothing]
    sky = Sky(iter(events))
    lost = Lost("given up, as 3 workers ended that were at it")
    assert sky.results() == {"a": lost, "b": "B", "c": "C"}
    assert sky.futures[0].cancelled()
    assert sky.sent == ["a", "b", "a", "c", "b"]


def test_a_scheduler_that_gives_up_at_once():
    """Each of its errors is an end, and what is heard of it later is not another."""
    events = [raised(0, Killed(1)), worker_ended(0), raised(1, Killed(1)), worker_ended(1)]
    events += [raised(2, Killed(1)), worker_ended(2)]
    sky = Sky(iter(events), "a")
    assert sky.results() == {"a": Lost("given up, as 3 workers ended that were at it")}
    assert sky.sent == ["a"] * 3


def test_an_error_of_a_worker_is_the_items_own():
    sky = Sky(iter([raised(0, ValueError()), returned(1), returned(2)]))
    reason = "its worker can't do it: ValueError ()"
    assert sky.results() == {"a": Lost(reason), "b": "B", "c": "C"}


def test_what_is_left_is_recalled():
    sky = Sky(iter([returned(0), nothing]))
    results = sky.flight.results(sky.items, lambda: 2, sky.look)
    assert next(results) == ("a", "A")
    results.close()
    assert sky.futures[1].cancelled()
