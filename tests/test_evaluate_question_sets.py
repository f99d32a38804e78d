from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path

import pytest

from rag.errors import EvaluationError, NotFoundError
from rag.evaluate.question_sets import SetFormat, load_questions, select_questions

SEEDS = Path(__file__).parents[1] / "seeds" / "questions.jsonl"
CONTEXT = "Huyện A có 12 xã. Năm 2023, thu nhập đạt 30,5 triệu đồng. Tỷ lệ hộ nghèo còn 4,2%."


def write_lines(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def write_squad(path: Path, *contexts: tuple[str, list[dict[str, object]]], title: str | None = "Huyện_A") -> Path:
    article: dict[str, object] = {"paragraphs": [{"context": context, "qas": qas} for context, qas in contexts]}
    if title is not None:
        article["title"] = title
    path.write_text(json.dumps({"version": "1.1", "data": [article]}, ensure_ascii=False), encoding="utf-8")
    return path


def squad_question(name: str, answer: str, start: int, **more: object) -> dict[str, object]:
    return {"id": name, "question": "bao nhiêu?", "answers": [{"text": answer, "answer_start": start}], **more}


def test_the_seeds_hold_twelve_questions_two_of_them_without_an_answer():
    questions = load_questions(SEEDS)

    assert (questions.name, questions.format, questions.documents) == ("questions", SetFormat.JSONL, ())
    assert len(questions.questions) == 12
    assert [question.id for question in questions.questions if not question.answerable] == ["s09", "s10"]
    assert questions.questions[1].answers == ("35,7 triệu đồng/năm", "35,7 triệu đồng")
    assert questions.sha256 == hashlib.sha256(SEEDS.read_bytes()).hexdigest()


def test_every_field_of_a_line_is_read(tmp_path):
    record = {
        "id": "q1", "question": "Ai?", "kind": "list", "lang": "en", "docs": ["a.txt"], "answers": ["B"],
        "evidence": ["B là chủ tịch."], "alt_evidence": ["Chủ tịch B"], "items": ["B"], "near_miss_docs": ["c"],
        "answerable": True,
    }  # fmt: skip

    (question,) = load_questions(write_lines(tmp_path / "set.jsonl", record)).questions

    assert (question.id, question.question, question.kind, question.lang) == ("q1", "Ai?", "list", "en")
    assert (question.docs, question.answers, question.items) == (("a.txt",), ("B",), ("B",))
    assert (question.evidence, question.alt_evidence) == (("B là chủ tịch.",), ("Chủ tịch B",))
    assert question.near_miss_docs == ("c",)
    assert question.answerable


def test_absent_and_null_fields_take_their_defaults(tmp_path):
    path = write_lines(tmp_path / "set.jsonl", {"id": "q1", "question": "Ai?", "docs": None, "kind": None})

    (question,) = load_questions(path).questions

    assert (question.kind, question.lang, question.docs, question.answerable) == ("other", "vi", (), True)


def test_a_byte_order_mark_and_blank_lines_are_passed_over(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_bytes(b'\xef\xbb\xbf\r\n{"id": "q1", "question": "Ai?"}\r\n\r\n{"id": "q2", "question": "Ai?"}')

    assert [question.id for question in load_questions(path).questions] == ["q1", "q2"]


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path):
    path = write_lines(tmp_path / "set.jsonl", {"id": "q1", "question": "Ai\u2028là\x85chủ tịch?"})

    assert load_questions(path).questions[0].question == "Ai\u2028là\x85chủ tịch?"


def test_an_extra_key_is_noted_and_not_used(tmp_path):
    lines = [{"id": f"q{i}", "question": "Ai?", "why": "other year"} for i in range(3)]

    assert load_questions(write_lines(tmp_path / "set.jsonl", *lines)).notes == (
        "key 'why' is not used (3 questions).",
    )


def test_an_unanswerable_question_with_answers_is_noted(tmp_path):
    path = write_lines(tmp_path / "set.jsonl", {"id": "q1", "question": "Ai?", "answerable": False, "answers": ["B"]})

    assert "q1" in load_questions(path).notes[0]


GOOD = '{"id": "q1", "question": "Ai?"}\n'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(GOOD + "{broken\n", "line 2 is not JSON: .* at column 2", id="not json"),
        pytest.param(GOOD + "[1]\n", r"line 2 is the list \[1\]; it must be an object", id="not an object"),
        pytest.param(GOOD + GOOD, "line 2: id 'q1' stands already on line 1; .* Rename one", id="duplicate id"),
        pytest.param('{"question": "Ai?"}\n', "line 1: field 'id' is missing; it must be a text", id="no id"),
        pytest.param('{"id": "q"}\n', "line 1: field 'question' is missing; it must be a text", id="no question"),
        pytest.param('{"id": "q", "question": " "}', "field 'question' is the text \" \"; .* not empty", id="blank"),
        pytest.param('{"id": 7, "question": "Ai?"}', "field 'id' is the number 7; it must be a text", id="number id"),
        pytest.param(
            '{"id": "q", "question": "Ai?", "docs": "a.txt"}',
            r"field 'docs' is the text \"a.txt\"; it must be a list of texts. Write \[\"a.txt\"\]",
            id="text for a list",
        ),
        pytest.param(
            '{"id": "q", "question": "Ai?", "answers": ["B", 5]}',
            r"field 'answers\[1\]' is the number 5; it must be a text",
            id="number in a list",
        ),
        pytest.param(
            '{"id": "q", "question": "Ai?", "answerable": "no"}',
            "field 'answerable' is the text \"no\"; it must be true or false",
            id="text for a truth value",
        ),
        pytest.param(
            '{"id": "q", "question": "Ai?", "answer": ["B"]}',
            "unknown key 'answer'; did you mean 'answers'\\? Keys that are read: id, question, .*answerable",
            id="misspelled key",
        ),
        pytest.param('{"id": "q", "question": "\\ud800"}', "half a surrogate pair at character 0", id="surrogate"),
        pytest.param("[" * 100_000, "line 1 is not JSON", id="nested too deep"),
        pytest.param("", "is empty; it needs at least one question", id="empty"),
        pytest.param(" \n\n", "is empty; it needs at least one question", id="only blank lines"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path, content, message):
    path = tmp_path / "set.jsonl"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(EvaluationError, match=message):
        load_questions(path)


def test_a_line_that_is_not_utf8_is_named(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_bytes(GOOD.encode() + '{"id": "q2", "question": "Hà"}'.encode("cp1252"))

    with pytest.raises(EvaluationError, match=r"line 2 is not UTF-8 at byte .*; save the file as UTF-8"):
        load_questions(path)


def test_a_missing_set_and_a_folder_are_named(tmp_path):
    with pytest.raises(NotFoundError, match=r"none.jsonl is not there"):
        load_questions(tmp_path / "none.jsonl")
    with pytest.raises(EvaluationError, match="is a folder; give one file"):
        load_questions(tmp_path)


def test_squad_contexts_become_documents_once_each(tmp_path):
    path = write_squad(
        tmp_path / "mini.vi.json",
        (CONTEXT, [squad_question("a", "30,5 triệu đồng", 41)]),
        ("Xã B có 3 thôn.", [squad_question("b", "3", 8)]),
        (CONTEXT, [squad_question("c", "4,2%", 80)]),
    )

    questions = load_questions(path)

    assert questions.format is SetFormat.SQUAD
    assert [(d.id, d.title, d.text) for d in questions.documents] == [
        ("mini.vi/0001", "Huyện A", CONTEXT),
        ("mini.vi/0002", "Huyện A", "Xã B có 3 thôn."),
    ]
    assert [question.docs for question in questions.questions] == [
        ("mini.vi/0001",),
        ("mini.vi/0002",),
        ("mini.vi/0001",),
    ]
    assert [question.evidence for question in questions.questions] == [
        ("Năm 2023, thu nhập đạt 30,5 triệu đồng.",),
        ("Xã B có 3 thôn.",),
        ("Tỷ lệ hộ nghèo còn 4,2%.",),
    ]
    assert {question.lang for question in questions.questions} == {"vi"}


def test_squad_offsets_are_followed_through_composition(tmp_path):
    decomposed = unicodedata.normalize("NFD", "Đến hết năm có 7 xã đạt chuẩn. Riêng huyện B có 7 xã còn khó khăn.")
    start = decomposed.rindex("7")

    questions = load_questions(write_squad(tmp_path / "s.json", (decomposed, [squad_question("a", "7", start)])))

    assert questions.documents[0].text == unicodedata.normalize("NFC", decomposed)
    assert questions.questions[0].evidence == ("Riêng huyện B có 7 xã còn khó khăn.",)


def test_a_squad_answer_a_little_off_its_place_is_found_nearby(tmp_path):
    path = write_squad(tmp_path / "s.json", (CONTEXT, [squad_question("a", "4,2%", 77)]))

    assert load_questions(path).questions[0].evidence == ("Tỷ lệ hộ nghèo còn 4,2%.",)


def test_squad_answers_in_other_sentences_are_alternatives(tmp_path):
    text = "Có 12 xã. Tất cả 12 xã đạt chuẩn."
    qa = squad_question("a", "12", 3)
    qa["answers"] = [{"text": "12", "answer_start": 3}, {"text": "12", "answer_start": 17}]

    (question,) = load_questions(write_squad(tmp_path / "s.json", (text, [qa]))).questions

    assert question.answers == ("12",)
    assert question.evidence == ("Có 12 xã.",)
    assert question.alt_evidence == ("Tất cả 12 xã đạt chuẩn.",)


def test_an_impossible_squad_question_is_unanswerable(tmp_path):
    qa = {"id": "a", "question": "bao nhiêu?", "answers": [], "is_impossible": True}

    (question,) = load_questions(write_squad(tmp_path / "s.json", (CONTEXT, [qa]))).questions

    assert (question.answerable, question.kind, question.docs, question.answers) == (False, "unanswerable", (), ())
    assert question.near_miss_docs == ("s/0001",)


def test_squad_without_titles_and_with_a_byte_order_mark_is_read(tmp_path):
    path = write_squad(tmp_path / "s.json", (CONTEXT, [squad_question("a", "12", 11)]), title=None)
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(json.loads(path.read_text("utf-8")), indent=2).encode())

    assert load_questions(path).documents[0].title is None


def test_a_squad_answer_that_stands_nowhere_is_noted(tmp_path):
    questions = load_questions(write_squad(tmp_path / "s.json", (CONTEXT, [squad_question("a", "99 xã", 3)])))

    assert questions.questions[0].evidence == ()
    assert questions.notes == ("answers that do not stand in their context, and so give no evidence: 1.",)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param({"data": {}}, "field 'data' is the object {}; it must be a list", id="data"),
        pytest.param({"data": []}, "holds no question", id="no article"),
        pytest.param({"data": [{}]}, r"data\[0\]: field 'paragraphs' is missing; it must be a list", id="paragraphs"),
        pytest.param(
            {"data": [{"paragraphs": [{"context": "A.", "qas": [{"id": "a", "question": "?", "answers": []}]}]}]},
            r"data\[0\].paragraphs\[0\].qas\[0\]: field 'answers' is an empty list",
            id="no answer",
        ),
        pytest.param(
            {"data": [{"paragraphs": [{"context": "A.", "qas": [squad_question("a", "A", -1)]}]}]},
            r"answers\[0\]: field 'answer_start' is the number -1; it must be a whole number from 0",
            id="answer_start",
        ),
        pytest.param(
            {"data": [{"paragraphs": [{"context": "A.", "qas": [squad_question("a", "A", 0)] * 2}]}]},
            r"qas\[1\]: id 'a' stands already at data\[0\].paragraphs\[0\].qas\[0\]",
            id="duplicate id",
        ),
        pytest.param([], "is empty; what is read: JSON Lines", id="empty list"),
        pytest.param([{"id": "a"}], "is a list; what is read: JSON Lines", id="list"),
    ],
)
def test_a_squad_file_that_cannot_be_used_names_the_place(tmp_path, value, message):
    path = tmp_path / "s.json"
    path.write_text(json.dumps(value), encoding="utf-8")

    with pytest.raises(EvaluationError, match=message):
        load_questions(path)


def test_a_broken_json_file_names_line_and_column(tmp_path):
    path = tmp_path / "s.json"
    path.write_text('{\n  "data": [,]\n}', encoding="utf-8")

    with pytest.raises(EvaluationError, match=r"s.json is not JSON: .* at line 2, column 12"):
        load_questions(path)


def test_kinds_and_limit_choose_in_order():
    questions = load_questions(SEEDS)

    chosen = select_questions(questions, kinds=("figure",), limit=2)

    assert [question.id for question in chosen.questions] == ["s01", "s02"]


def test_an_unknown_kind_and_a_limit_of_zero_are_named():
    questions = load_questions(SEEDS)

    with pytest.raises(EvaluationError, match="unknown kind 'figures'; questions has english, figure, "):
        select_questions(questions, kinds=("figures",))
    with pytest.raises(EvaluationError, match="limit is 0; it must be 1 or more"):
        select_questions(questions, limit=0)
