from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.errors import BusyError, NotFoundError, TooManyRequestsError
from rag.serving.admission import Admission
from rag.serving.recent import RecentAnswers
from rag.types import Answer, AnswerKind, Understood
from tests.servers import wait_until


class Held:
    """Places of an admission that are held until they are told to be let go."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self.order: list[str] = []
        self.let_go = threading.Event()
        self.pool = ThreadPoolExecutor(32)

    def take(self, client: str, *, running: int, waiting: int) -> None:
        """Ask for a place in a thread and see that the counts become what they should."""
        self.pool.submit(self._hold, client)
        wait_until(lambda: self.admission.counts == (running, waiting), what="a place")

    def _hold(self, client: str) -> None:
        with self.admission.enter(client):
            self.order.append(client)
            self.let_go.wait()

    def end(self) -> None:
        self.let_go.set()
        self.pool.shutdown()


@pytest.fixture
def held():
    made: list[Held] = []

    def make(**limits: float) -> Held:
        made.append(Held(Admission(**{"running": 1, "waiting": 2, "per_client": 10, **limits})))
        return made[-1]

    yield make
    for one in made:
        one.end()


def test_those_who_wait_are_let_in_in_the_order_they_came(held):
    places = held(waiting=3)
    for n, client in enumerate("abcd"):
        places.take(client, running=1, waiting=n)

    places.end()

    assert places.order == ["a", "b", "c", "d"]
    assert places.admission.counts == (0, 0)


def test_one_more_than_may_wait_is_told_to_come_back(held):
    places = held()
    for n, client in enumerate("abc"):
        places.take(client, running=1, waiting=n)

    with pytest.raises(BusyError, match="2 questions are waiting, allowed: 2") as refused, places.admission.enter("d"):
        pass

    assert refused.value.retry_after_s == 5
    assert places.admission.counts == (1, 2)


def test_one_asker_may_not_take_all_places(held):
    places = held(waiting=9, per_client=2)
    places.take("a", running=1, waiting=0)
    places.take("a", running=1, waiting=1)

    with pytest.raises(TooManyRequestsError, match="2 questions of yours"), places.admission.enter("a"):
        pass
    places.take("b", running=1, waiting=2)

    places.end()
    assert places.order == ["a", "a", "b"]


def test_who_waits_longer_than_patience_is_told_so_and_leaves_the_queue(held):
    places = held(patience_s=0.01)
    places.take("a", running=1, waiting=0)

    with pytest.raises(BusyError, match=r"within 0\.01 s"), places.admission.enter("b"):
        pass

    assert places.admission.counts == (1, 0)


def test_after_closing_nobody_is_let_in_and_those_inside_finish(held):
    places = held()
    places.take("a", running=1, waiting=0)
    places.admission.close()

    with pytest.raises(BusyError, match="being stopped"), places.admission.enter("b"):
        pass

    places.end()
    assert places.order == ["a"]


def test_a_failure_inside_gives_the_place_back():
    admission = Admission(running=1, waiting=0, per_client=1)

    for _ in range(3):
        with pytest.raises(ZeroDivisionError), admission.enter("a"):
            raise ZeroDivisionError

    assert admission.counts == (0, 0)


def answer(question: str) -> Answer:
    return Answer(
        question=question,
        text="35 [1]",
        short="35",
        citations=(),
        evidence=(),
        abstained=False,
        reason=None,
        understood=Understood("vi", True, AnswerKind.FIGURE),
        generator="extractive",
        embedder="builtin",
        confidence=0.9,
        snapshot="00000001",
    )


def test_only_the_last_answers_are_remembered():
    recent = RecentAnswers(most=2)

    first, second, third = (recent.keep(answer(q)) for q in "abc")

    assert len({first.id, second.id, third.id}) == 3
    assert [recent.get(kept.id).question for kept in (second, third)] == ["b", "c"]
    with pytest.raises(NotFoundError, match="the last 2 are"):
        recent.get(first.id)
