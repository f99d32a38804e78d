from __future__ import annotations

import pytest

from rag.progress import Bar, format_seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Set what time it is: the last value."""
    now = [100.0]
    monkeypatch.setattr("rag.progress.time.monotonic", lambda: now[-1])
    return now


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0:00"), (0.4, "0:00"), (59.6, "1:00"), (65, "1:05"), (3599, "59:59"), (3600, "1:00:00"), (37230, "10:20:30")],
)
def test_a_span_of_time_is_written_as_a_clock_shows_it(seconds: float, written: str):
    assert format_seconds(seconds) == written


def test_a_bar_shows_its_share_and_the_time_that_is_left(clock: list[float]):
    written: list[str] = []
    bar = Bar("embedding", write=written.append)
    bar(0, 400)
    clock.append(110.0)
    bar(100, 400)
    # 100 in 10 seconds, so 300 in 30.
    assert written == [
        f"\rembedding [{' ' * 24}] 0/400  ? left\x1b[K",
        f"\rembedding [{'#' * 6}{' ' * 18}] 100/400  0:30 left\x1b[K",
    ]


def test_what_was_done_before_an_interruption_does_not_count_as_speed(clock: list[float]):
    written: list[str] = []
    bar = Bar("embedding", write=written.append)
    bar(900, 1000)
    clock.append(110.0)
    bar(950, 1000)
    assert written[-1].endswith("950/1,000  0:10 left\x1b[K")


def test_the_last_step_ends_the_line(clock: list[float]):
    written: list[str] = []
    bar = Bar("asking", write=written.append)
    bar(1, 2)
    bar(2, 2)
    assert written[-1] == f"\rasking [{'#' * 24}] 2/2\x1b[K\n"


def test_a_bar_is_not_drawn_more_often_than_it_can_be_seen(clock: list[float]):
    written: list[str] = []
    bar = Bar("asking", write=written.append, every_s=0.2)
    for i in range(1, 100):
        clock.append(100 + i * 0.01)
        bar(i, 100)
    assert len(written) == 5


def test_bytes_are_counted_in_megabytes(clock: list[float]):
    written: list[str] = []
    Bar("model", write=written.append, unit="MB", scale=1e6)(120_000_000, 480_000_000)
    assert "120/480 MB  ? left" in written[-1]


@pytest.mark.parametrize(("done", "total"), [(0, 0), (5, 0), (7, 5)], ids=["nothing", "unknown", "more than all"])
def test_odd_totals_are_drawn_too(clock: list[float], done: int, total: int):
    written: list[str] = []
    Bar("x", write=written.append)(done, total)
    assert len(written) == 1
