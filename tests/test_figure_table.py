"""A table of sentences labelled by hand, read figure by figure. Periods and subjects are those of the setting too."""

from __future__ import annotations

from collections import Counter

import pytest

from rag.types import Role
from tests.figure_scores import FIELDS, Scores, read_table, score_texts

TABLE = list(read_table())


@pytest.fixture(scope="module")
def scores() -> Scores:
    return score_texts(TABLE)


def test_the_table_holds_every_role_and_enough_figures() -> None:
    roles = Counter(role for row in TABLE for label in row.labels for role in label.roles)
    assert set(roles) == {role.value for role in Role}
    assert len(TABLE) >= 400
    assert sum(len(row.labels) for row in TABLE) >= 1000


def test_the_labels_of_the_table_stand_in_its_texts_and_do_not_overlap() -> None:
    wrong = []
    for row in TABLE:
        end = 0
        for label in row.labels:
            if not (end <= label.start < label.end <= len(row.text)) or not row.text[label.start : label.end].strip():
                wrong.append(f"{row.id}@{label.start}")
            end = label.end
    assert wrong == []


def test_every_figure_of_the_table_stands_at_its_offsets(scores: Scores) -> None:
    assert scores.offset_mismatches == []


@pytest.mark.parametrize(
    ("field", "least"),
    [("value", 0.99), ("unit", 0.99), ("role", 0.95), ("period", 0.95), ("subject", 0.95)],
    ids=FIELDS,
)
def test_the_figures_of_the_table_are_read_as_they_were_by_hand(scores: Scores, field: str, least: float) -> None:
    assert scores.share(field) >= least, f"{field}: {scores.right[field]} of {scores.figures}; {scores.wrong[field]}"
