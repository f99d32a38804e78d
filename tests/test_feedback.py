"""Votes: kept, replaced, checked, shared between threads and processes, and written as CSV."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from rag.errors import ConfigError, LibraryDamagedError, LibraryLockedError, SchemaError, StorageError
from rag.feedback import Feedback, VotedAnswer
from rag.types import Vote

GIVEN = {
    "answer_id": "a1",
    "question": "Thu nhập của Quế Phong?",
    "rewritten": None,
    "answer": "Đạt 35,7 triệu đồng [1]",
    "short": "35,7 triệu đồng",
    "vote": Vote.UP,
    "comment": "đúng",
    "snapshot": "00000001",
    "citations_json": json.dumps([{"n": 1}]),
}


def vote(folder: Path, **changes: object) -> None:
    Feedback(folder).add(**{**GIVEN, **changes})  # type: ignore[arg-type]


def test_a_vote_is_kept_as_it_was_given(tmp_path: Path) -> None:
    vote(tmp_path)
    (kept,) = Feedback(tmp_path).all()
    assert kept == VotedAnswer(**GIVEN, voted_at=kept.voted_at)  # type: ignore[arg-type]
    assert kept.vote is Vote.UP
    assert datetime.fromisoformat(kept.voted_at).utcoffset() is not None


def test_without_a_vote_there_is_no_file(tmp_path: Path) -> None:
    assert Feedback(tmp_path / "none").all() == []
    assert not (tmp_path / "none").exists()


def test_the_folder_is_made_when_it_is_needed(tmp_path: Path) -> None:
    vote(tmp_path / "a" / "b?#%41")
    assert [v.answer_id for v in Feedback(tmp_path / "a" / "b?#%41").all()] == ["a1"]


def test_a_second_vote_on_an_answer_replaces_the_first(tmp_path: Path) -> None:
    vote(tmp_path)
    vote(tmp_path, answer_id="a2")
    vote(tmp_path, vote=Vote.DOWN, comment="")
    assert [(v.answer_id, v.vote, v.comment) for v in Feedback(tmp_path).all()] == [
        ("a2", Vote.UP, "đúng"),
        ("a1", Vote.DOWN, ""),
    ]


@pytest.mark.parametrize("comment", ["", "x" * 2000, "'; DROP TABLE votes; --", "a\0b", "\n\t"])
def test_any_comment_of_2000_characters_is_kept(tmp_path: Path, comment: str) -> None:
    vote(tmp_path, comment=comment)
    assert [v.comment for v in Feedback(tmp_path).all()] == [comment]


def test_a_longer_comment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="2,001 characters, allowed: 2,000"):
        vote(tmp_path, comment="x" * 2001)
    assert Feedback(tmp_path).all() == []


def test_half_a_surrogate_pair_is_replaced(tmp_path: Path) -> None:
    vote(tmp_path, comment="a\ud800b", question="\udfff?")
    (kept,) = Feedback(tmp_path).all()
    assert (kept.comment, kept.question) == ("a?b", "??")


def test_a_changed_row_is_found(tmp_path: Path) -> None:
    vote(tmp_path)
    with sqlite3.connect(tmp_path / "feedback.db") as db:
        db.execute("UPDATE votes SET vote = 'down'")
    db.close()
    with pytest.raises(LibraryDamagedError, match=r"the vote on answer 'a1' fails its checksum.*move it away"):
        Feedback(tmp_path).all()


@pytest.mark.parametrize("action", ["all", "add"])
def test_a_file_that_is_no_database_is_damage(tmp_path: Path, action: str) -> None:
    (tmp_path / "feedback.db").write_bytes(b"no database at all, but a text of some length" * 100)
    with pytest.raises(LibraryDamagedError, match="damaged"):
        Feedback(tmp_path).all() if action == "all" else vote(tmp_path)


@pytest.mark.parametrize("action", ["all", "add"])
def test_a_file_of_another_schema_is_refused(tmp_path: Path, action: str) -> None:
    with sqlite3.connect(tmp_path / "feedback.db") as db:
        db.execute("CREATE TABLE votes (x)")
        db.execute("PRAGMA user_version = 7")
    db.close()
    with pytest.raises(SchemaError, match="schema 7, this program reads schema 1"):
        Feedback(tmp_path).all() if action == "all" else vote(tmp_path)


def test_an_empty_file_holds_no_votes_and_takes_one(tmp_path: Path) -> None:
    (tmp_path / "feedback.db").touch()
    assert Feedback(tmp_path).all() == []
    vote(tmp_path)
    assert len(Feedback(tmp_path).all()) == 1


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write"):
        vote(tmp_path / "file")


def test_a_folder_in_the_files_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "feedback.db").mkdir()
    with pytest.raises(StorageError, match=r"cannot write .*feedback\.db"):
        vote(tmp_path)


def test_a_file_held_by_another_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vote(tmp_path)
    held = sqlite3.connect(tmp_path / "feedback.db", isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda place, **options: connect(place, **{**options, "timeout": 0.01}))
    with pytest.raises(LibraryLockedError, match="another program holds"):
        vote(tmp_path, answer_id="a2")
    held.close()
    assert [v.answer_id for v in Feedback(tmp_path).all()] == ["a1"]


def test_threads_vote_at_the_same_time(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path)

    def add(i: int) -> None:
        feedback.add(**{**GIVEN, "answer_id": f"a{i % 10}", "comment": str(i)})  # type: ignore[arg-type]
        feedback.all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    assert sorted(v.answer_id for v in feedback.all()) == [f"a{i}" for i in range(10)]


def test_processes_vote_at_the_same_time(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from rag.feedback import Feedback; from rag.types import Vote\n"
        "for i in range(10): Feedback(Path(sys.argv[1])).add(answer_id=f'{sys.argv[2]}-{i}', question='q', "
        "rewritten=None, answer='a', short=None, vote=Vote.UP, comment='', snapshot='', citations_json='[]')"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    voters = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path), name], env=environment) for name in "abc"]
    assert [voter.wait(60) for voter in voters] == [0, 0, 0]
    assert len(Feedback(tmp_path).all()) == 30


def test_a_vote_does_not_touch_the_library(tmp_path: Path) -> None:
    vote(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["feedback.db"]


# -- CSV ------------------------------------------------------------------------------------------------

VOTED = VotedAnswer(**GIVEN, voted_at="2024-01-02T03:04:05+00:00")  # type: ignore[arg-type]
