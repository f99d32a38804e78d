"""What persons correct of what reports say of themselves: kept, laid over what is read, and brought back."""

from __future__ import annotations

import csv
import io
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.refer import refer_to
from rag.corrections import FIELDS, check_corrections, read_csv, write_csv
from rag.engine import Engine
from rag.errors import ConfigError, LibraryDamagedError, NotFoundError
from rag.library import Library, LibraryWriter
from rag.store import Store
from rag.types import Context, Document, DocumentCard, Filters
from tests.fakes import WordEmbedder, bind, build_library, document, write_reports

LANG_CHANH = "s/lang_chanh.txt"
REVENUE = "Tổng thu ngân sách huyện Lang Chánh năm 2023 đạt bao nhiêu?"


def dated(path: str = "a.txt", **fields: object) -> Document:
    return replace(document(path, "Báo cáo quý\n\nThu đạt 5 tỷ đồng."), **{"dates": (), **fields})  # type: ignore[arg-type]


def put(folder: Path, *documents: Document) -> None:
    embedder = WordEmbedder()
    with LibraryWriter(folder) as writer:
        writer.use_embedder(embedder, bind(embedder))
        for made in documents:
            writer.put(made, path=made.id.removeprefix("s/"))


def correct(folder: Path, doc_id: str, **fields: str | None) -> tuple[str, ...]:
    with LibraryWriter(folder) as writer:
        return writer.correct({doc_id: fields})


def held(folder: Path, doc_id: str) -> Document:
    store = Store(folder / "library.db", writable=False)
    row = store.find_document(doc_id)
    assert row is not None
    found = store.document(row)
    store.close()
    return found


def card_of(folder: Path, doc_id: str) -> DocumentCard:
    store = Store(folder / "library.db", writable=False)
    (card,) = (card for card in store.cards() if card.id == doc_id)
    store.close()
    return card


# -- correcting -----------------------------------------------------------------------------------------


def test_every_field_can_be_corrected_and_the_text_stays(tmp_path: Path):
    build_library(tmp_path)
    before = held(tmp_path, LANG_CHANH)
    fields = {
        "title": "Báo cáo kinh tế - xã hội",
        "date": "2023-12-15",
        "place": "Thị trấn Lang Chánh",
        "organisation": "UBND huyện Lang Chánh",
        "number": "540/BC-UBND",
        "type": "Báo cáo",
        "signer": "Lê Thị Hoa",
        "period": "2023-H2",
    }
    assert correct(tmp_path, LANG_CHANH, **fields) == (LANG_CHANH,)
    dates = fields.pop("date")
    assert held(tmp_path, LANG_CHANH) == replace(before, dates=(dates,), **fields)  # type: ignore[arg-type]
    assert card_of(tmp_path, LANG_CHANH).corrected == tuple(sorted(FIELDS))


def test_none_brings_back_what_was_read(tmp_path: Path):
    build_library(tmp_path)
    before = held(tmp_path, LANG_CHANH)
    correct(tmp_path, LANG_CHANH, title="Tên khác", place="", date="2024")
    assert correct(tmp_path, LANG_CHANH, title=None, place=None, date=None) == (LANG_CHANH,)
    assert held(tmp_path, LANG_CHANH) == before
    assert card_of(tmp_path, LANG_CHANH).corrected == ()


def test_nothing_is_written_where_nothing_changes(tmp_path: Path):
    build_library(tmp_path)
    title = held(tmp_path, LANG_CHANH).title
    assert correct(tmp_path, LANG_CHANH, title=title, signer=None, number="") == ()
    with LibraryWriter(tmp_path) as writer:
        assert writer.is_published()


def test_an_empty_value_leaves_the_field_empty(tmp_path: Path):
    put(tmp_path, dated(dates=("2023-07", "2023-07-19"), place="Quan Sơn"))
    correct(tmp_path, "s/a.txt", place="", date="  ")
    found = held(tmp_path, "s/a.txt")
    assert (found.place, found.dates) == (None, ())
    assert card_of(tmp_path, "s/a.txt").corrected == ("date", "place")


@pytest.mark.parametrize(
    ("as_read", "value", "dates"),
    [
        pytest.param(("2023-07", "2023-07-19"), "2023-08-01", ("2023-08-01", "2023-07-19"), id="others stay"),
        pytest.param(("2023-07", "2023-07-19"), "2023-07-19", ("2023-07-19",), id="one of the others"),
        pytest.param(("2023-07", "2023-07-19"), "", (), id="none at all"),
        pytest.param((), "2023", ("2023",), id="the first"),
    ],
)
def test_a_corrected_date_takes_the_first_place(tmp_path: Path, as_read, value, dates):
    put(tmp_path, dated(dates=as_read))
    correct(tmp_path, "s/a.txt", date=value)
    assert held(tmp_path, "s/a.txt").dates == dates
    correct(tmp_path, "s/a.txt", date=None)
    assert held(tmp_path, "s/a.txt").dates == as_read


def test_all_is_checked_before_anything_changes(tmp_path: Path):
    build_library(tmp_path)
    before = held(tmp_path, LANG_CHANH)
    with LibraryWriter(tmp_path) as writer:
        with pytest.raises(NotFoundError, match=r"no document 's/khac.txt' .*'rag documents' lists them"):
            writer.correct({LANG_CHANH: {"title": "Tên khác"}, "s/khac.txt": {"title": "Tên"}})
        with pytest.raises(ConfigError, match="date is '2023-02-30'"):
            writer.correct({LANG_CHANH: {"title": "Tên khác"}, "s/muong_lat.txt": {"date": "2023-02-30"}})
        with pytest.raises(ConfigError, match="unknown field 'tiêu đề'; allowed: title, date, place, organisation, "):
            writer.correct({LANG_CHANH: {"title": "Tên khác", "tiêu đề": "x"}})
    assert held(tmp_path, LANG_CHANH) == before


# -- values ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("date", "2023", "2023"),
        ("date", "2023-07", "2023-07"),
        ("date", "2023-07-19", "2023-07-19"),
        ("date", "19/7/2023", "2023-07-19"),
        ("date", "19-07-2023", "2023-07-19"),
        ("date", "ngày 19 tháng 7 năm 2023", "2023-07-19"),
        ("date", "7/2023", "2023-07"),
        ("date", "tháng 7/2023", "2023-07"),
        ("period", "2023-9M", "2023-9M"),
        ("period", "2020/2025", "2020/2025"),
        ("period", "2020 - 2025", "2020/2025"),
        ("period", "năm 2023", "2023"),
        ("period", "6 tháng đầu năm 2023", "2023-H1"),
        ("period", "quý III/2023", "2023-Q3"),
        ("period", "Quý 3 năm 2023", "2023-Q3"),
        ("period", "2023-6M", "2023-H1"),
        ("period", "nhiệm kỳ 2020 - 2025", "2020/2025"),
        ("title", "  Hai   chữ ", "Hai chữ"),
        ("title", "Ho\u0302\u0323i nghi\u0323", "Hội nghị"),
        ("place", "", ""),
        ("signer", None, None),
    ],
)
def test_a_value_is_kept_in_one_form(field: str, value: str | None, kept: str | None):
    assert check_corrections({"s/a.txt": {field: value}}) == {"s/a.txt": {field: kept}}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("date", "31/2/2023", "allowed: 2023, 2023-07, 2023-07-19 or 19/7/2023"),
        ("date", "2023-13", "date is '2023-13'"),
        ("date", "0203-07-19", "from 1900 to 2099"),
        ("date", "hôm qua", "date is 'hôm qua'"),
        ("date", "19/7/2023 và 20/7/2023", "date is"),
        ("period", "sắp tới", "'6 tháng đầu năm 2023'"),
        ("period", "2023-13M", "period is"),
        ("period", "2025/2020", "period is"),
        ("period", "quý III", "one period, with its year"),
        ("period", "quý III/2023 và quý IV/2023", "one period, with its year"),
        ("period", "trước năm 2023", "period is"),
        ("title", " ", "title is empty"),
        ("title", "---", "at least one letter"),
        ("title", "x" * 501, "501 characters; allowed: at most 500"),
        ("title", "dòng\nhai", "control character"),
        ("title", "đảo \u202engược", "control character"),
        ("title", "nửa \ud800", "control character"),
        ("place", 5, "allowed: a text"),
    ],
)
def test_a_value_that_cannot_be_is_refused(field: str, value: str, said: str):
    with pytest.raises(ConfigError, match=said.replace("(", r"\(")):
        check_corrections({"s/a.txt": {field: value}})


# -- what a correction outlasts -------------------------------------------------------------------------


def test_a_correction_outlasts_a_changed_file_and_brings_back_what_the_new_one_says(tmp_path: Path):
    build_library(tmp_path)
    correct(tmp_path, LANG_CHANH, title="Báo cáo của huyện")
    put(tmp_path, document("lang_chanh.txt", "Huyện Lang Chánh sơ kết quý I/2024\n\nThu đạt 12 tỷ đồng."))
    assert held(tmp_path, LANG_CHANH).title == "Báo cáo của huyện"
    correct(tmp_path, LANG_CHANH, title=None)
    assert held(tmp_path, LANG_CHANH).title == "Huyện Lang Chánh sơ kết quý I/2024"


def test_a_correction_outlasts_removal(tmp_path: Path):
    build_library(tmp_path)
    correct(tmp_path, LANG_CHANH, title="Báo cáo của huyện")
    with LibraryWriter(tmp_path) as writer:
        writer.store.retire([LANG_CHANH])
        writer.publish()
        writer.publish()
        assert writer.store.document_rows(LANG_CHANH) == []
        assert [c.value for c in writer.store.corrections(LANG_CHANH).values()] == ["Báo cáo của huyện"]
    put(tmp_path, document("lang_chanh.txt"))
    assert held(tmp_path, LANG_CHANH).title == "Báo cáo của huyện"
    assert card_of(tmp_path, LANG_CHANH).corrected == ("title",)


def test_splitting_anew_keeps_what_was_read_beside_the_correction(tmp_path: Path):
    build_library(tmp_path)
    title = held(tmp_path, LANG_CHANH).title
    correct(tmp_path, LANG_CHANH, title="Báo cáo của huyện")
    other = WordEmbedder(dim=16, revision="2")
    with LibraryWriter(tmp_path) as writer:
        writer.change_embedder(bind(other))
    assert held(tmp_path, LANG_CHANH).title == "Báo cáo của huyện"
    correct(tmp_path, LANG_CHANH, title=None)
    assert held(tmp_path, LANG_CHANH).title == title


def test_a_reader_sees_what_its_snapshot_said(tmp_path: Path):
    embedder = build_library(tmp_path)
    reader = Library.open(tmp_path)
    before = reader.snapshot_document(LANG_CHANH).title
    with LibraryWriter(tmp_path) as writer:
        writer.correct({LANG_CHANH: {"title": "Báo cáo của huyện"}})
        writer.embed_missing(embedder)
        writer.publish()
    contexts = dict(reader.store.contexts(reader.document_rows))
    assert contexts[LANG_CHANH].title == reader.snapshot_document(LANG_CHANH).title == before
    reader.close()
    after = Library.open(tmp_path)
    assert after.snapshot_document(LANG_CHANH).title == "Báo cáo của huyện"
    after.close()


def test_a_correction_shows_in_answers_citations_and_filters_and_outlasts_indexing(tmp_path: Path):
    reports = write_reports(tmp_path / "bao_cao")
    doc_id = "bao_cao/lang_chanh.txt"
    with Engine(tmp_path / "library", embedder="builtin") as engine:
        engine.index(reports)
        fields = {"title": "Báo cáo ngân sách", "number": "540/BC-UBND", "type": "Báo cáo", "date": "15/12/2019"}
        assert engine.correct({doc_id: {**fields, "place": "Mường Khương"}}) == (doc_id,)

        def is_seen() -> None:
            citation = engine.ask(REVENUE).citations[0]
            assert (citation.doc_id, citation.title) == (doc_id, "Báo cáo ngân sách")
            assert citation.label == "Báo cáo số 540/BC-UBND, ngày 15/12/2019"
            (first, *_) = engine.retrieve(REVENUE, filters=Filters(place="Mường Khương"))
            assert (first.passage.doc_id, first.context.number) == (doc_id, "540/BC-UBND")
            assert first.context.place == "Mường Khương"
            within = Filters(date_from="2019-12-15", date_to="2019-12-15")
            assert {hit.passage.doc_id for hit in engine.retrieve(REVENUE, filters=within)} == {doc_id}
            assert doc_id not in {
                hit.passage.doc_id for hit in engine.retrieve(REVENUE, filters=Filters(place="Lang Chánh"))
            }

        is_seen()
        assert engine.index(reports).unchanged == 3
        is_seen()
        with (reports / "lang_chanh.txt").open("a", encoding="utf-8") as file:
            file.write("\n\nToàn huyện có 11 xã.")
        assert engine.index(reports).updated == (doc_id,)
        is_seen()
        engine.index(reports, rebuild=True)
        is_seen()
        assert engine.check() == []
        engine.remove(doc_id)
        assert engine.index(reports).added == (doc_id,)
        is_seen()


def test_a_damaged_correction_is_found_never_applied_and_dropped_by_the_check(tmp_path: Path):
    reports = write_reports(tmp_path / "bao_cao")
    doc_id = "bao_cao/lang_chanh.txt"
    with Engine(tmp_path / "library", embedder="builtin") as engine:
        engine.index(reports)
        engine.correct({doc_id: {"title": "Báo cáo ngân sách"}})
        engine.close()
        with sqlite3.connect(tmp_path / "library" / "library.db") as db:
            db.execute("UPDATE corrections SET value = 'Báo cáo sai'")
        db.close()
        (reports / "lang_chanh.txt").write_text("Tên mới của báo cáo\n\nThu đạt 5 tỷ đồng.", encoding="utf-8")
        with pytest.raises(LibraryDamagedError, match=r"the correction of 'title' of .* run 'rag check'"):
            engine.index(reports)
        assert engine.check() == [f"correction of 'title' of {doc_id}: not what was written; correct it again"]
        assert engine.check() == []
        assert engine.document(doc_id).title == "Báo cáo ngân sách"
        engine.index(reports)
        assert engine.document(doc_id).title == "Tên mới của báo cáo"


# -- how a report is referred to ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "label"),
    [
        (
            Context("t", type="Báo cáo", number="540/BC-UBND", dates=("2023-12-15", "2023-12-01")),
            "Báo cáo số 540/BC-UBND, ngày 15/12/2023",
        ),
        (Context("t", type="Nghị quyết", number="12-NQ/TW"), "Nghị quyết số 12-NQ/TW"),
        (Context("t", type="Báo cáo", dates=("2023-12-05",)), "Báo cáo ngày 5/12/2023"),
        (Context("t", type="Báo cáo", dates=("2023-07",)), "Báo cáo tháng 7/2023"),
        (Context("t", type="Báo cáo", dates=("2023",)), "Báo cáo năm 2023"),
        (Context("t", number="540/BC-UBND", dates=("2023-07",)), "Số 540/BC-UBND, tháng 7/2023"),
        (Context("t", type="Tin bài"), ""),
        (Context("t", type="Report", number="12", dates=("2023-07-19",)), "Report No. 12, 19 July 2023"),
        (Context("t", type="Press release", dates=("2023-07",)), "Press release, July 2023"),
        (Context("t", dates=("2023-12-15",), period="2023"), ""),
        (Context("t"), ""),
    ],
)
def test_a_report_is_referred_to_by_what_is_known_of_it(context: Context, label: str):
    assert refer_to(context) == label


# -- the table ------------------------------------------------------------------------------------------


def card(doc_id: str = "s/a.txt", **fields: object) -> DocumentCard:
    known = {
        "title": "Tên", "language": "vi", "dates": (), "period": None, "place": None, "organisation": None,
        "number": None, "type": None, "source": "s", "sha256": "0", "reader": "text/1", "n_passages": 3, "n_chars": 9,
    }  # fmt: skip
    return DocumentCard(id=doc_id, **{**known, **fields})  # type: ignore[arg-type]


CARD = card(title="Báo cáo, quý III", dates=("2023-07-19", "2023-07-01"), place="Quế Phong", period="2023-Q3")


def test_the_table_has_a_line_for_every_document():
    assert write_csv([CARD]) == (
        "\ufeffid,title,date,place,organisation,number,type,signer,period,passages,source\r\n"
        's/a.txt,"Báo cáo, quý III",2023-07-19,Quế Phong,,,,,2023-Q3,3,s\r\n'
    )


@pytest.mark.parametrize("title", ["=1+1", "+84", "-5", "@tên", "'=x", "''-x", "'tên"])
def test_a_cell_is_no_formula_and_reads_back(title: str):
    text = write_csv([card(title=title)])
    assert f",{title}," not in text or title == "'tên"
    assert read_csv(text, [card(title=title)]) == {}
    assert read_csv(text, [card()]) == {"s/a.txt": {"title": title}}


def test_only_what_differs_is_read():
    text = "id,title,date,signer\ns/a.txt,Báo cáo mới,19/07/2023,\n"
    assert read_csv(text, [CARD]) == {"s/a.txt": {"title": "Báo cáo mới"}}
    assert read_csv("id,place,number\ns/a.txt,,5/BC\n", [CARD]) == {"s/a.txt": {"place": "", "number": "5/BC"}}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("id;title;place\ns/a.txt;Tên; Mới, và cũ \n", id="semicolons"),
        pytest.param("sep=;\r\nid;title;place\r\ns/a.txt;Tên;Mới, và cũ\r\n", id="separator named"),
        pytest.param("id\ttitle\tplace\ns/a.txt\tTên\tMới, và cũ\n", id="tabs"),
        pytest.param('\ufeffPlace, ID \n"Mới, và cũ",s/a.txt\n\n', id="other order, no title"),
    ],
)
def test_tables_as_spreadsheets_write_them_are_read(text: str):
    assert read_csv(text, [card()]) == {"s/a.txt": {"place": "Mới, và cũ"}}


def test_american_dates_are_known_by_those_that_did_not_change():
    cards = [card("a", dates=("2023-07-19",)), card("b", dates=("2023-07-08",)), card("c", dates=("2023-01-02",))]
    american = "id,date\na,7/19/2023\nb,7/8/2023\nc,3/4/2023\n"
    assert read_csv(american, cards) == {"c": {"date": "2023-03-04"}}
    assert read_csv("id,date\na,19/7/2023\nb,8/7/2023\nc,3/4/2023\n", cards) == {"c": {"date": "2023-04-03"}}


@pytest.mark.parametrize("cell", ["Jul-23", "Thg7-23", "Thg 7-23", "2023-07", "7/2023"])
def test_a_month_that_a_spreadsheet_rewrote_is_the_same_month(cell: str):
    assert read_csv(f"id,date,period\na,{cell},{cell}\n", [card("a", dates=("2023-07",), period="2023-07")]) == {}


def test_every_problem_of_a_table_is_named_with_its_line():
    text = 'id,title,date,khác\na,"Hai\ndòng",2023,x\nb,Tên,hôm qua,\na,Tên,2024,\nc,,2024,\nd,Tên,2024,,,\n'
    with pytest.raises(ConfigError) as caught:
        read_csv(text, [card("a"), card("c"), card("d")])
    assert str(caught.value) == (
        "the table cannot be used, nothing was changed: "
        "line 1: unknown column 'khác'; allowed: id, title, date, place, organisation, number, type, signer, period, "
        "passages, source; "
        "line 2: title is 'Hai\\ndòng', with a control character in it; allowed: words on one line; "
        "line 4: no document 'b'; "
        "line 5: 'a' stands on line 2 too; "
        "line 6: title is empty; allowed: at least one word. Reset it to give back what was read; "
        "line 7: 6 cells, the header names 4. "
        "'rag documents --csv' prints one that can"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: it is empty"),
        ("title,date\nTên,2023\n", "line 1: the column 'id' is missing"),
        ("id,title,title\na,b,c\n", "line 1: column 'title' stands twice"),
        ("title,id\nTên\n", "line 2: the id is missing"),
        ('id,title\na,"Tên\n', "line 2: unexpected end of data"),
        ("id,date\na,31/2/2023\n", "line 2: date is '31/2/2023'"),
    ],
)
def test_a_table_that_is_none_is_refused(text: str, said: str):
    with pytest.raises(ConfigError, match=said):
        read_csv(text, [card("a")])


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=30)


@given(
    titles=st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=40), min_size=1, max_size=4),
    place=WORDS,
    separator=st.sampled_from(",;\t"),
)
def test_a_table_that_nobody_touched_changes_nothing(titles: list[str], place: str, separator: str):
    cards = [card(f"s/{i};{i}.txt", title=title, place=place or None) for i, title in enumerate(titles)]
    text = write_csv(cards)
    assert read_csv(text, cards) == {}
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows(csv.reader(io.StringIO(text, newline="")))
    assert read_csv(stream.getvalue(), cards) == {}


@given(place=WORDS.filter(lambda text: any(map(str.isalnum, text))), signer=WORDS)
def test_what_is_written_into_a_table_is_read_as_it_would_be_given(place: str, signer: str):
    fields = {"place": place, "signer": signer}
    try:
        wanted = check_corrections({"s/a.txt": fields})["s/a.txt"]
    except ConfigError:
        with pytest.raises(ConfigError):
            read_csv(write_csv([card(place=place, signer=signer)]), [card()])
        return
    expected = {field: value for field, value in wanted.items() if value}
    assert read_csv(write_csv([card(place=place, signer=signer)]), [card()]) == ({"s/a.txt": expected})
