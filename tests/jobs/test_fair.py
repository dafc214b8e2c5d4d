"""Who is served next: fair between servers, whatever they ask and whenever they come."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ravsg.jobs.fair import Answer, FairQueue, Ticket
from ravsg.jobs.step import Step, Watch
from tests.jobs.devices import paint_step, prompt_of, write_step


class Line:
    """A queue with a device that answers for everything, and a clock that the test sets."""

    def __init__(self, limit: int = 1, patience: float = 10.0) -> None:
        self.queue = FairQueue(patience)
        self.limit = limit
        self.resident: set[str] = set()
        self.now = 0.0
        self.added = 0
        self.ages: dict[str, int] = {}

    def add(self, step: Step) -> Ticket:
        self.added += 1
        age = self.ages.setdefault(step.job_id, self.added)
        ticket = Ticket(step, Watch(), lambda outcome: None, self.added, age, self.now)
        self.queue.add(ticket)
        return ticket

    def take(self) -> list[Ticket]:
        answers = {key: Answer(self.limit, key[0] in self.resident) for key in [*self.queue.keys()]}
        return self.queue.next_batch(answers, self.now)

    def serve(self, seconds: float | None = None) -> list[str]:
        batch = self.take()
        if batch:
            cost = sum(ticket.step.cost for ticket in batch)
            self.queue.settle(batch, cost if seconds is None else seconds)
        return [prompt_of(ticket.step) for ticket in batch]


def test_a_light_server_is_served_between_a_floods_steps() -> None:
    line = Line()
    for i in range(20):
        line.add(write_step(f"flood {i}", guild=1))
    line.serve()
    line.add(write_step("light", guild=2))
    assert "light" in [*line.serve(), *line.serve()]


def test_a_server_that_comes_back_has_saved_nothing_up() -> None:
    line = Line()
    line.add(write_step("early", guild=2, cost=1))
    line.serve()
    for i in range(30):
        line.add(write_step(f"busy {i}", guild=1, cost=1))
    for _ in range(10):
        line.serve()
    for i in range(10):
        line.add(write_step(f"back {i}", guild=2, cost=1))
    served = Counter(line.serve()[0].split()[0] for _ in range(10))
    assert served["back"] == 5


def test_a_flood_keeps_its_charge_when_the_line_runs_empty_for_a_moment() -> None:
    line = Line()
    for i in range(5):
        line.add(write_step(f"flood {i}", guild=1, cost=10))
        line.serve()
    line.add(write_step("new 0", guild=2, cost=1))
    line.serve()
    for i in range(1, 30):
        line.add(write_step(f"new {i}", guild=2, cost=1))
    line.add(write_step("flood again", guild=1, cost=1))
    served = [line.serve()[0] for _ in range(12)]
    assert "flood again" in served  # it does not wait for fifty device-seconds of the new server
    line.queue.forget_charges()
    assert line.queue.charged(1) > 0  # somebody waits, so nothing is forgotten


def test_when_nobody_is_here_all_is_forgotten() -> None:
    line = Line()
    line.add(write_step("a", guild=1, cost=9))
    line.serve()
    line.queue.forget_charges()
    assert line.queue.charged(1) == 0


def test_what_was_measured_replaces_what_was_expected() -> None:
    line = Line(limit=2)
    line.add(write_step("a", guild=1, cost=1))
    line.add(write_step("b", guild=2, cost=1))
    line.serve(seconds=8.0)
    assert (line.queue.charged(1), line.queue.charged(2)) == (4.0, 4.0)


def test_like_steps_share_a_batch_and_others_do_not() -> None:
    line = Line(limit=8)
    line.add(write_step("a", guild=1))
    line.add(write_step("longer", guild=1, shape="text 900"))
    line.add(paint_step("p", guild=2))
    line.add(write_step("b", guild=3))
    assert sorted(sorted(line.serve()) for _ in range(3)) == [["a", "b"], ["longer"], ["p"]]


def test_a_batch_is_no_larger_than_the_device_says_and_filled_fairly() -> None:
    line = Line(limit=3)
    for i in range(5):
        line.add(write_step(f"flood {i}", guild=1))
    line.add(write_step("light", guild=2))
    batch = line.serve()
    assert len(batch) == 3
    assert "light" in batch


def test_within_a_server_the_older_jobs_later_step_goes_first() -> None:
    line = Line()
    line.add(write_step("old 1", job="old"))
    line.add(write_step("young 1", job="young"))
    line.serve()
    line.add(write_step("old 2", job="old"))
    assert line.serve() == ["old 2"]


def test_the_resident_model_goes_on_until_another_has_waited_too_long() -> None:
    line = Line(patience=10)
    line.resident = {"writer"}
    line.add(paint_step("p", guild=2))
    for i in range(4):
        line.add(write_step(f"w{i}", guild=1))
    assert line.serve() == ["w0"]
    line.now = 9.0
    assert line.serve() == ["w1"]
    line.now = 10.5
    assert line.serve() == ["p"]
    line.resident = {"painter"}
    assert line.serve() == ["w2"]  # nothing else waits: no waiting for the resident model


def test_a_key_that_came_after_the_question_waits_for_the_next_round() -> None:
    line = Line()
    line.add(paint_step("p"))
    assert line.queue.next_batch({}, 0.0) == []
    assert len(line.queue) == 1


def test_a_removed_step_never_runs() -> None:
    line = Line()
    line.add(write_step("a", job="gone"))
    line.add(write_step("b", job="stays"))
    removed = line.queue.remove(lambda ticket: ticket.step.job_id == "gone")
    assert [prompt_of(ticket.step) for ticket in removed] == ["a"]
    assert line.serve() == ["b"]
    assert line.serve() == []


LARGEST = 5.0
MOST = 4
COSTS = st.floats(0.1, LARGEST)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 4), COSTS), st.tuples(st.just("serve"), st.integers(1, MOST), COSTS)
    ),
    max_size=120,
)


@settings(max_examples=150, deadline=None)
@given(MOVES)
def test_no_waiting_server_falls_behind_another_by_more_than_one_batch(
    moves: list[tuple[str, int, float]],
) -> None:
    """Charges of servers that wait differ by less than the largest batch, and everything is served exactly once."""
    line = Line()
    served: list[str] = []
    expected: list[str] = []
    order: dict[int, list[str]] = defaultdict(list)
    for kind, number, cost in moves:
        if kind == "add":
            name = f"{number}:{len(expected)}"
            expected.append(name)
            order[number].append(name)
            line.add(write_step(name, guild=number, cost=cost))
        else:
            line.limit = number
            served += line.serve()
        charges = [line.queue.charged(guild) for guild, names in order.items() if set(names) - set(served)]
        assert max(charges, default=0.0) - min(charges, default=0.0) <= LARGEST * MOST + 1e-9
    while batch := line.serve():
        served += batch
    assert sorted(served) == sorted(expected)
    for names in order.values():
        assert [name for name in served if name in names] == names


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["text", "long"]), st.booleans()), min_size=1, max_size=40),
    st.integers(1, 5),
    st.integers(0, 60),
)
def test_every_step_is_served_once_in_batches_of_one_kind(
    steps: list[tuple[int, str, bool]], limit: int, seconds: int
) -> None:
    line = Line(limit=limit, patience=10)
    line.resident = {"writer"}
    for number, (guild, shape, paints) in enumerate(steps):
        make = paint_step if paints else write_step
        line.add(make(str(number), guild=guild, shape=shape))
    line.now = float(seconds)
    done: list[str] = []
    while batch := line.take():
        assert len({ticket.key for ticket in batch}) == 1
        assert len(batch) <= limit
        line.queue.settle(batch, 1.0)
        done += [prompt_of(ticket.step) for ticket in batch]
    assert sorted(done, key=int) == [str(number) for number in range(len(steps))]


@pytest.mark.parametrize("servers", [1, 10, 40])
def test_under_a_flood_a_light_server_waits_for_few_steps(servers: int) -> None:
    line = Line(limit=4)
    for guild in range(servers):
        for i in range(25):
            line.add(write_step(f"{guild}.{i}", guild=guild))
    line.serve()
    line.add(write_step("light", guild=999))
    rounds = 1
    while "light" not in line.serve():
        rounds += 1
    assert rounds <= servers // 4 + 2
