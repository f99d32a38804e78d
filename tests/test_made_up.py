"""The made-up district reports hold together: what is said to be stated is, and what is said to be left out is not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from rag.text import fold
from rag.types import Reason, Role
from tests.made_up import Fact, Reports, Task, make_reports, write_reports
from tests.made_up.forms import FORMS_SEEN, TAILS
from tests.made_up.later import LATER_FORMS, LATER_QUESTIONS, LATER_TARGETS
from tests.made_up.metrics import BY_KEY, METRICS
from tests.made_up.places import ACCENT_PAIRS, INNER_PAIRS
from tests.made_up.sentences import has_share, slots_of, year_before
from tests.made_up.values import RESULT_ROLES, Kind
from tests.made_up.ways import ENGLISH_RESULTS, RESULTS

MADE = [pytest.param(seed, later, id=f"{seed}{' later' * later}") for seed in (1, 2, 6) for later in (False, True)]


@cache
def made(seed: int, later: bool = False) -> Reports:
    return make_reports(seed, later_forms=later)


def results(reports: Reports) -> dict[tuple[str, str, str], Fact]:
    """Give what came out, by subject, metric and period."""
    return {(f.subject, f.metric, f.period): f for f in reports.facts if f.role in RESULT_ROLES}


def is_word_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_every_district_reports_on_each_half_year_and_year_once(seed: int, later: bool):
    reports = made(seed, later)
    counted = Counter((report.district, report.period) for report in reports.reports)
    first, second = reports.years

    assert len(reports.districts) == 9
    assert second == first + 1
    assert counted == {
        (district, period): 1
        for district in reports.districts
        for period in (f"{first}-H1", str(first), f"{second}-H1", str(second))
    }
    assert len(reports.texts) == 36
    assert not set(reports.strangers) & set(reports.districts)


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_two_pairs_of_districts_are_easily_confused(seed: int, later: bool):
    districts = made(seed, later).districts

    pairs = [pair for pair in combinations(districts, 2) if fold(pair[0]) == fold(pair[1])]
    inside = [(a, b) for a in districts for b in districts if b.startswith(f"{a} ")]

    assert len(pairs) == 1 and set(pairs[0]) in map(set, ACCENT_PAIRS)
    assert len(inside) == 1 and inside[0] in INNER_PAIRS


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_the_words_of_every_fact_stand_verbatim_in_its_sentence_and_file(seed: int, later: bool):
    reports = made(seed, later)

    assert len(reports.facts) > 1_000
    for fact in reports.facts:
        assert fact.sentence in reports.texts[fact.file]
        assert is_word_in(fact.words, fact.sentence)
        assert fact.words in fact.accepted


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_every_number_with_a_unit_in_a_result_is_a_fact(seed: int, later: bool):
    reports = made(seed, later)
    told = defaultdict(set)
    for fact in reports.facts:
        told[fact.file].add(fact.words)
    unit = re.compile(
        r"(?<![\w.,/])\d[\d.,/]*(?:%| (?:tỷ đồng|triệu đồng[/\w]*|tấn|ha|con|xã|tiêu chí(?:/xã)?|đảng viên)\b)"
    )

    found = [(file, match[0]) for file, text in reports.texts.items() for match in unit.finditer(text)]

    assert len(found) > 700
    assert [(file, words) for file, words in found if words not in told[file]] == []


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_left_out_metrics_do_not_occur(seed: int, later: bool):
    reports = made(seed, later)
    told = {(fact.file, fact.metric) for fact in reports.facts}

    for report in reports.reports:
        text = report.text.casefold()
        assert len(report.left_out) >= 3
        for key in report.left_out:
            assert (report.file, key) not in told
            assert [mark for mark in BY_KEY[key].marks if is_word_in(mark, text)] == [], (report.file, key)
        for key in {metric for file, metric in told if file == report.file}:
            assert any(is_word_in(mark, text) for mark in BY_KEY[key].marks), (report.file, key)


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_no_two_results_of_a_metric_are_written_alike(seed: int, later: bool):
    written: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for fact in made(seed, later).facts:
        if fact.role not in (Role.CHANGE, Role.SHARE_OF_PLAN):
            number = fact.words.rstrip("%").split()[0]
            role = "planned" if fact.role is Role.TARGET else "foreseen" if fact.role is Role.FORECAST else "result"
            written[fact.metric, number].add((fact.subject, f"{fact.period} {role}"))

    assert {key: facts for key, facts in written.items() if len(facts) > 1} == {}


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_shares_and_changes_follow_from_the_values_told(seed: int, later: bool):
    reports = made(seed, later)
    came_out = results(reports)
    plans = {(f.subject, f.metric, f.period): f for f in reports.facts if f.role is Role.TARGET}
    checked: Counter[Role] = Counter()
    for fact in reports.facts:
        result = came_out.get((fact.subject, fact.metric, fact.period))
        plan = plans.get((fact.subject, fact.metric, fact.period[:4]))
        before = came_out.get((fact.subject, fact.metric, year_before(fact.period)))
        if fact.role is Role.SHARE_OF_PLAN and result and plan:
            assert fact.value == pytest.approx(result.value / plan.value * 100, abs=0.006)
            checked[fact.role] += 1
        if fact.role is Role.CHANGE and result and before:
            difference = abs(result.value - before.value)
            share = BY_KEY[fact.metric].kind is not Kind.RATE and fact.words.endswith("%")
            assert fact.value == pytest.approx(difference / before.value * 100 if share else difference, abs=0.006)
            rises = fact.sentence.find(f"tăng {fact.words}") >= 0
            assert rises == (result.value > before.value)
            checked[fact.role] += 1
        if fact.role is Role.EARLIER and (told := came_out.get((fact.subject, fact.metric, fact.period))):
            assert fact.value == told.value
            checked[fact.role] += 1

    assert min(checked[role] for role in (Role.SHARE_OF_PLAN, Role.CHANGE, Role.EARLIER)) >= 10


def test_the_same_seed_gives_the_same_reports_and_questions():
    again = make_reports(1)

    assert again.texts == made(1).texts
    assert again.facts == made(1).facts
    assert again.questions == made(1).questions


def test_other_seeds_and_other_forms_give_other_reports():
    assert made(1).districts != made(2).districts
    assert not set(made(1).texts.values()) & set(made(2).texts.values())
    assert not set(made(1).texts.values()) & set(made(1, True).texts.values())


def test_every_metric_has_six_forms_that_can_be_used_and_two_kept_apart():
    for metric in METRICS:
        usable = [f for f in FORMS_SEEN[metric.key] if has_share(metric) or "s" not in slots_of(f)]
        assert len(set(usable)) >= 6, metric.key
        assert len(set(LATER_FORMS[metric.key])) >= 2, metric.key
        assert not set(FORMS_SEEN[metric.key]) & set(LATER_FORMS[metric.key])
        for forms in (FORMS_SEEN, LATER_FORMS):
            assert any(form[0].islower() and not slots_of(form) & {"e", "X"} for form in forms[metric.key])
    assert len({*RESULTS, *ENGLISH_RESULTS}) >= 12
    assert len({*LATER_QUESTIONS, *LATER_TARGETS} - {*RESULTS, *ENGLISH_RESULTS}) >= 6
    assert len(TAILS) == len(set(TAILS))


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_written_files_hold_the_words_of_every_fact(seed: int, later: bool, tmp_path: Path):
    import docx

    reports = made(seed, later)
    write_reports(reports.reports, tmp_path)

    texts = {}
    for path in tmp_path.iterdir():
        if path.suffix == ".docx":
            document = docx.Document(str(path))
            cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            texts[path.name] = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
        else:
            texts[path.name] = path.read_text(encoding="utf-8")
    assert set(texts) == set(reports.texts)
    assert {Path(name).suffix for name in texts} == {".txt", ".md", ".docx"}
    assert [fact for fact in reports.facts if not is_word_in(fact.words, texts[fact.file])] == []
    assert any("| --- |" in text for name, text in texts.items() if name.endswith(".md"))


# -- questions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_there_are_hundreds_of_questions_of_every_sort(seed: int, later: bool):
    questions = made(seed, later).questions
    counted = Counter(asked.task for asked in questions)

    assert len(questions) >= 400
    assert len({asked.question for asked in questions}) == len(questions)
    assert set(counted) == set(Task)
    assert counted[Task.UNDERSPECIFIED] >= 20
    assert counted[Task.LEFT_OUT] + counted[Task.TARGET_ONLY] + counted[Task.STRANGER] >= 60
    assert not [asked.question for asked in questions if re.search(r"[{}]|  |\bhuyện *$", asked.question)]


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_figures_asked_for_stand_in_the_files_named(seed: int, later: bool):
    reports = made(seed, later)
    figures = [asked for asked in reports.questions if asked.accepted]

    assert len(figures) >= 200
    for asked in figures:
        assert asked.files
        for file in asked.files:
            assert any(is_word_in(words, reports.texts[file]) for words in asked.accepted), asked


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_what_must_not_be_answered_is_stated_nowhere(seed: int, later: bool):
    reports = made(seed, later)
    stated = {
        (f.subject, f.metric, f.period) for f in reports.facts if f.role in (*RESULT_ROLES, Role.EARLIER, Role.FORECAST)
    }
    planned = {(f.subject, f.metric, f.period) for f in reports.facts if f.role is Role.TARGET}
    told = {(f.subject, f.metric) for f in reports.facts}
    for asked in reports.questions:
        about = (asked.district, asked.metric, asked.period)
        if asked.task in (Task.LEFT_OUT, Task.TARGET_ONLY, Task.STRANGER):
            assert asked.reasons and about not in stated
        if asked.task is Task.TARGET_ONLY:
            assert about in planned and asked.reasons[0] is Reason.TARGET_ONLY
        if asked.task is Task.LEFT_OUT:
            others = {subject for subject, metric, period in stated if (metric, period) == about[1:]}
            assert others & set(reports.districts)
            assert about not in planned
            assert (about[:2] in told) == (len(asked.reasons) > 1)
        if asked.reasons == (Reason.OTHER_ENTITY,):
            assert asked.district in reports.strangers
            assert not any(is_word_in(asked.district, text) for text in reports.texts.values())
        if asked.reasons[:1] == (Reason.OTHER_PERIOD,):
            assert not any(asked.period[:4] in text for text in reports.texts.values())


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_readings_of_an_open_question_are_all_stated(seed: int, later: bool):
    reports = made(seed, later)
    came_out = results(reports)
    questions = [asked for asked in reports.questions if asked.task is Task.UNDERSPECIFIED]

    assert all(len(asked.candidates) > 1 for asked in questions)
    for asked in questions:
        for candidate in asked.candidates:
            fact = came_out[candidate.district, asked.metric, candidate.period]
            assert fact.words in candidate.accepted and fact.file in candidate.files


@pytest.mark.parametrize(("seed", "later"), MADE)
def test_winners_are_those_of_the_values_told(seed: int, later: bool):
    reports = made(seed, later)
    came_out = results(reports)
    checked = 0
    for asked in reports.questions:
        if asked.task is not Task.HIGHEST:
            continue
        fitting = []
        for period in {report.period for report in reports.reports}:
            values = {
                d: came_out[d, asked.metric, period].value
                for d in reports.districts
                if (d, asked.metric, period) in came_out
            }
            pick = min if "thấp" in asked.question else max
            year = period[:4] in asked.question and period.endswith("H1") == ("đầu năm" in asked.question)
            if year:
                fitting.append((pick(values, key=lambda name: values[name]), len(values)))
        assert fitting == [(asked.winners[0], asked.stating)]
        checked += 1
    assert checked >= 10
