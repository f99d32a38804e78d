"""Which reports are about what a question names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rag.concerned import MAX_SHARE, rows_about
from rag.library import Library
from tests.fakes import build_library

TEXTS = {
    "tan_lang.txt": "Báo cáo của huyện Tân Lang năm 2023\n\nTỷ lệ hộ nghèo giảm còn 14,2%.",
    "tan_lãng.txt": "Báo cáo của huyện Tân Lãng năm 2023\n\nTỷ lệ hộ nghèo giảm còn 9,6%.",
    "tan_lang_2019.txt": "Báo cáo của huyện Tân Lang năm 2019\n\nTỷ lệ hộ nghèo giảm còn 26,1%.",
    "yen_son.txt": "Báo cáo của huyện Yên Sơn năm 2023\n\nThu ngân sách đạt 40 tỷ đồng.",
    "yen_son_ha.txt": "Báo cáo của huyện Yên Sơn Hạ năm 2023\n\nThu ngân sách đạt 31 tỷ đồng.",
    "sao_mai.txt": "Công ty Sao Mai công bố kết quả năm 2023\n\nDoanh thu đạt 90 tỷ đồng.",
    "nhac_den.txt": "Báo cáo của huyện Mường Bi năm 2023\n\nHuyện Tân Lang và huyện Yên Sơn cũng đạt kết quả tốt.",
    "bare.txt": "Bao cao cua huyen Khe Vang nam 2023\n\nThu ngan sach dat 12 ty dong.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    path = tmp_path_factory.mktemp("concerned")
    build_library(path, TEXTS)
    with closing(Library.open(path)) as library:
        yield library


def about(library: Library, *names: str, periods: tuple[str, ...] = ()) -> set[str]:
    """Name the reports whose passages are marked; a report is marked as a whole or not at all."""
    rows = rows_about(library, names, periods)
    if rows is None:
        return set()
    marked = {}
    for i, (doc_id, _) in enumerate(library.contexts()):
        own = rows[library.first_row[i] : library.first_row[i + 1]]
        assert own.all() or not own.any()
        marked[doc_id.removeprefix("s/")] = bool(own.all())
    assert len(rows) == library.n_passages
    return {name for name, is_marked in marked.items() if is_marked}


@pytest.mark.parametrize(
    ("name", "files"),
    [
        pytest.param("Tân Lang", {"tan_lang.txt", "tan_lang_2019.txt"}, id="told by its accents"),
        pytest.param("Tân Lãng", {"tan_lãng.txt"}, id="the neighbour told by its accents"),
        pytest.param("tan lang", {"tan_lang.txt", "tan_lãng.txt", "tan_lang_2019.txt"}, id="both, without accents"),
        pytest.param("Yên Sơn", {"yen_son.txt"}, id="not the longer name it is part of"),
        pytest.param("Yên Sơn Hạ", {"yen_son_ha.txt"}, id="the longer name"),
        pytest.param("Sao Mai", {"sao_mai.txt"}, id="a company"),
        pytest.param("Khe Vàng", {"bare.txt"}, id="a report without accents"),
    ],
)
def test_a_report_is_about_what_its_title_names(library: Library, name: str, files: set[str]):
    assert about(library, name) == files


def test_a_report_that_only_mentions_a_name_is_not_about_it(library: Library):
    assert "nhac_den.txt" not in about(library, "Tân Lang") | about(library, "Yên Sơn")
    assert about(library, "Mường Bi") == {"nhac_den.txt"}


def test_several_names_mark_the_reports_of_each(library: Library):
    assert about(library, "Tân Lãng", "Sao Mai") == {"tan_lãng.txt", "sao_mai.txt"}


@pytest.mark.parametrize(
    ("period", "files"),
    [
        pytest.param("2023", {"tan_lang.txt"}, id="its own year"),
        pytest.param("2019-H1", {"tan_lang_2019.txt"}, id="a part of its year"),
        pytest.param("2018", {"tan_lang_2019.txt"}, id="the year it looks back on"),
        pytest.param("2011", {"tan_lang.txt", "tan_lang_2019.txt"}, id="a year of none: all"),
    ],
)
def test_of_several_reports_of_a_name_those_of_the_asked_time_are_marked(
    library: Library, period: str, files: set[str]
):
    assert about(library, "Tân Lang", periods=(period,)) == files


@pytest.mark.parametrize("name", ["Pù Luông", "", "%"], ids=["nowhere", "empty", "no word"])
def test_a_name_no_report_carries_marks_none(library: Library, name: str):
    assert rows_about(library, (name,)) is None


def test_a_name_of_most_reports_tells_none_from_another(tmp_path: Path):
    texts = {f"{i}.txt": f"Báo cáo số {i} của huyện Tân Lang\n\nĐoạn {i}." for i in range(2)}
    build_library(tmp_path, {**texts, "x.txt": "Báo cáo của huyện Yên Sơn\n\nĐoạn."})
    with closing(Library.open(tmp_path)) as library:
        assert MAX_SHARE == 0.5
        assert rows_about(library, ("Tân Lang",)) is None
        assert about(library, "Yên Sơn") == {"x.txt"}
