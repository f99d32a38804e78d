from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import NotFoundError
from rag.indexing import Event, index_documents, index_paths
from rag.library import Library, LibraryWriter
from rag.reading import Limits
from rag.types import IndexReport
from tests.fakes import REPORTS, WordEmbedder, bind, document, write_reports


def index(library: Path, *paths: Path, embedder: WordEmbedder | None = None, **options: object) -> IndexReport:
    embedder = embedder or WordEmbedder()
    with LibraryWriter(library) as writer:
        writer.use_embedder(embedder, bind(embedder))
        return index_paths(writer, list(paths), embedder=embedder, **options)


def ids(library: Path) -> list[str]:
    with closing(Library.open(library)) as opened:
        return [card.id for card in opened.cards()]


def sources(library: Path) -> dict[str, str]:
    with LibraryWriter(library) as writer:
        return writer.store.sources()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_reports(tmp_path / "bao_cao")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


# -- which files ----------------------------------------------------------------------------------------


def test_files_are_indexed_in_the_order_of_their_names_at_every_depth(tmp_path: Path, library: Path):
    names = ["b.txt", "a.txt", "2023/z.txt", "2023/quý III/c.txt", "Đ.txt"]
    folder = write_reports(tmp_path / "reports", {name: f"Báo cáo số {i} của huyện." for i, name in enumerate(names)})
    report = index(library, folder)
    assert report.added == (
        "reports/2023/quý III/c.txt", "reports/2023/z.txt", "reports/a.txt", "reports/b.txt", "reports/Đ.txt",
    )  # fmt: skip
    assert (report.n_documents, report.n_passages, report.unchanged, report.skipped) == (5, 5, 0, ())
    assert ids(library) == sorted(report.added)


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.txt",
        ".git/config.txt",
        "~$bao_cao.docx",
        "Thumbs.db",
        "desktop.ini",
        "questions.jsonl",
        "settings.yaml",
        "settings.YML",
        "pyproject.toml",
        "script.py",
        "run.log",
        "old.sqlite3",
        "download.part",
    ],
)
def test_hidden_files_and_files_that_are_no_reports_are_passed_over_in_silence(folder: Path, library: Path, name: str):
    write_reports(folder, {name: "Đây không phải là báo cáo."})
    report = index(library, folder)
    assert (len(report.added), report.skipped) == (3, ())


def test_what_cannot_be_read_is_named_with_the_reason_and_the_rest_is_indexed(folder: Path, library: Path):
    (folder / "rong.txt").write_bytes(b"")
    (folder / "hong.pdf").write_bytes(b"%PDF-1.7 broken")
    (folder / "lon.txt").write_bytes(b"a" * (1024 * 1024 + 1))
    events: list[Event] = []
    report = index(library, folder, limits=Limits(max_file_mb=1), on_event=events.append)
    assert {Path(s.path).name: s.error for s in report.skipped} == {
        "rong.txt": "EmptyFileError",
        "hong.pdf": "DamagedFileError",
        "lon.txt": "TooLargeError",
    }
    assert len(report.added) == 3
    assert [e.what for e in events].count("indexed") == 3
    assert {e.path: e.reason for e in events if e.what == "skipped"} == {s.path: s.reason for s in report.skipped}
    assert "--max-file-mb" in next(s.reason for s in report.skipped if s.error == "TooLargeError")


def test_one_file_may_be_named_instead_of_a_folder(folder: Path, library: Path):
    assert index(library, folder / "muong_lat.txt").added == ("bao_cao/muong_lat.txt",)
    assert index(library, folder).added == ("bao_cao/doanh_nghiep.txt", "bao_cao/lang_chanh.txt")


def test_a_path_that_is_not_there_is_named_and_nothing_is_indexed(folder: Path, library: Path):
    with pytest.raises(NotFoundError, match="nirgends is not there"):
        index(library, folder, folder / "nirgends")
    assert ids(library) == []


def test_an_empty_folder_makes_an_empty_library(tmp_path: Path, library: Path):
    (tmp_path / "empty").mkdir()
    report = index(library, tmp_path / "empty")
    assert (report.added, report.n_documents, report.skipped) == ((), 0, ())
    assert ids(library) == []


# -- again ----------------------------------------------------------------------------------------------


def test_what_did_not_change_is_not_read_embedded_or_published_again(folder: Path, library: Path):
    first = index(library, folder)
    events: list[Event] = []
    embedder = WordEmbedder()
    report = index(library, folder, embedder=embedder, on_event=events.append)
    assert (report.added, report.updated, report.unchanged, report.snapshot) == ((), (), 3, first.snapshot)
    assert (events, embedder.n_embedded) == ([], 0)


def test_a_file_that_was_only_touched_did_not_change(folder: Path, library: Path):
    index(library, folder)
    os.utime(folder / "muong_lat.txt", (1, 1))
    assert index(library, folder).unchanged == 3


def test_a_changed_file_is_read_again_and_only_its_new_text_embedded(folder: Path, library: Path):
    index(library, folder)
    path = folder / "muong_lat.txt"
    path.write_text(REPORTS["muong_lat.txt"].replace("38,4%", "37,2%"), encoding="utf-8")
    embedder = WordEmbedder()
    report = index(library, folder, embedder=embedder)
    assert (report.added, report.updated, report.unchanged) == ((), ("bao_cao/muong_lat.txt",), 2)
    assert embedder.n_embedded == 1
    with closing(Library.open(library)) as opened:
        assert "37,2%" in opened.document("bao_cao/muong_lat.txt").text
        assert opened.n_vectors == opened.n_passages == 9


def test_a_file_that_changed_back_needs_no_new_vector(folder: Path, library: Path):
    path = folder / "muong_lat.txt"
    index(library, folder)
    path.write_text("Báo cáo khác hẳn.", encoding="utf-8")
    index(library, folder)
    path.write_text(REPORTS["muong_lat.txt"], encoding="utf-8")
    assert index(library, folder).updated == ("bao_cao/muong_lat.txt",)
    with closing(Library.open(library)) as opened:
        assert opened.document("bao_cao/muong_lat.txt").text == REPORTS["muong_lat.txt"]


def test_a_file_that_is_gone_is_kept_and_named_until_removing_is_asked_for(folder: Path, library: Path):
    index(library, folder)
    (folder / "muong_lat.txt").unlink()
    report = index(library, folder)
    assert (report.missing, report.removed, report.n_documents) == (("bao_cao/muong_lat.txt",), (), 3)
    report = index(library, folder, remove_missing=True)
    assert (report.missing, report.removed, report.n_documents) == ((), ("bao_cao/muong_lat.txt",), 2)
    assert "bao_cao/muong_lat.txt" not in ids(library)


def test_removing_within_one_folder_leaves_the_rest_of_its_source(tmp_path: Path, library: Path):
    folder = write_reports(
        tmp_path / "r", {"a/1.txt": "Báo cáo một.", "a/2.txt": "Báo cáo hai.", "b/3.txt": "Báo cáo ba."}
    )
    index(library, folder)
    (folder / "a/2.txt").unlink()
    (folder / "b/3.txt").unlink()
    report = index(library, folder / "a", remove_missing=True)
    assert (report.removed, report.missing) == (("r/a/2.txt",), ())
    assert ids(library) == ["r/a/1.txt", "r/b/3.txt"]


def test_a_file_that_cannot_be_read_any_more_keeps_what_was_indexed_of_it(folder: Path, library: Path):
    index(library, folder)
    (folder / "muong_lat.txt").write_bytes(b"")
    report = index(library, folder, remove_missing=True)
    assert ([Path(s.path).name for s in report.skipped], report.removed) == (["muong_lat.txt"], ())
    assert "bao_cao/muong_lat.txt" in ids(library)


# -- sources --------------------------------------------------------------------------------------------


def test_two_folders_of_one_name_are_two_sources(tmp_path: Path, library: Path):
    one = write_reports(tmp_path / "one" / "bao_cao", {"a.txt": "Báo cáo của huyện thứ nhất."})
    two = write_reports(tmp_path / "two" / "bao_cao", {"a.txt": "Báo cáo của huyện thứ hai, khác hẳn."})
    assert index(library, one, two).added == ("bao_cao/a.txt", "bao_cao-2/a.txt")
    assert sources(library) == {"bao_cao": str(one), "bao_cao-2": str(two)}
    assert index(library, two, one).unchanged == 2


def test_a_folder_inside_a_source_belongs_to_it(tmp_path: Path, library: Path):
    folder = write_reports(tmp_path / "bao_cao", {"2023/a.txt": "Báo cáo năm 2023 của huyện."})
    index(library, folder)
    assert index(library, folder / "2023").unchanged == 1
    assert sources(library) == {"bao_cao": str(folder)}


def test_a_relative_path_names_the_same_source(folder: Path, library: Path, monkeypatch: pytest.MonkeyPatch):
    index(library, folder)
    monkeypatch.chdir(folder.parent)
    assert index(library, Path("bao_cao")).unchanged == 3


def test_a_folder_named_uploads_does_not_take_the_name_of_the_uploads(tmp_path: Path, library: Path):
    folder = write_reports(tmp_path / "uploads", {"a.txt": "Báo cáo của huyện."})
    assert index(library, folder).added == ("uploads-2/a.txt",)


def test_a_folder_does_not_take_the_name_of_a_source_made_in_memory(tmp_path: Path, library: Path):
    embedder = WordEmbedder()
    with LibraryWriter(library) as writer:
        writer.use_embedder(embedder, bind(embedder))
        index_documents(
            writer, [("1", document("1", "Một đoạn văn.", source="xquad"))], source="xquad", embedder=embedder
        )
    folder = write_reports(tmp_path / "xquad", {"a.txt": "Báo cáo của huyện."})
    assert index(library, folder, remove_missing=True).added == ("xquad-2/a.txt",)
    assert ids(library) == ["xquad-2/a.txt", "xquad/1"]


# -- copies ---------------------------------------------------------------------------------------------


def test_equal_files_are_both_held_and_recognised_as_copies(folder: Path, library: Path):
    write_reports(folder, {"ban_ky.txt": REPORTS["muong_lat.txt"]})
    embedder = WordEmbedder()
    assert len(index(library, folder, embedder=embedder).added) == 4
    assert embedder.n_embedded == 9
    with closing(Library.open(library)) as opened:
        copies = {card.id: card.copy_of for card in opened.cards() if card.copy_of}
    assert copies == {"bao_cao/muong_lat.txt": "bao_cao/ban_ky.txt"}


# -- publishing -----------------------------------------------------------------------------------------


def test_texts_are_published_before_their_vectors_are_made(folder: Path, library: Path):
    seen: list[tuple[int, int]] = []

    def look(snapshot: str) -> None:
        with closing(Library.open(library)) as opened:
            assert opened.snapshot.manifest.name == snapshot
            seen.append((opened.n_passages, opened.n_vectors))

    done: list[tuple[int, int]] = []
    report = index(library, folder, on_publish=look, on_embed=lambda n, total: done.append((n, total)))
    assert seen == [(9, 0), (9, 9)]
    assert done == [(9, 9)]
    assert report.seconds.keys() >= {"scan", "read", "publish_lexical", "embed", "publish"}


def test_embedding_within_no_budget_is_gone_on_with_by_the_next_run(folder: Path, library: Path):
    embedder = WordEmbedder()
    index(library, folder, embedder=embedder, embed_budget_s=-1.0)
    assert embedder.n_embedded == 0
    with closing(Library.open(library)) as opened:
        assert (opened.n_passages, opened.n_vectors) == (9, 0)
    report = index(library, folder, embedder=embedder)
    assert (report.unchanged, embedder.n_embedded) == (3, 9)
    with closing(Library.open(library)) as opened:
        assert opened.n_vectors == 9


# -- documents made in memory ---------------------------------------------------------------------------


def put(library: Path, texts: dict[str, str], **options: bool) -> IndexReport:
    embedder = WordEmbedder()
    with LibraryWriter(library) as writer:
        writer.use_embedder(embedder, bind(embedder))
        made = [(path, document(path, text, source="m")) for path, text in texts.items()]
        return index_documents(writer, made, source="m", embedder=embedder, **options)


def test_documents_made_in_memory_are_compared_and_removed_like_files(library: Path):
    first = {"1": "Đoạn văn thứ nhất.", "2": "Đoạn văn thứ hai.", "3": "Đoạn văn thứ ba."}
    assert put(library, first).added == ("m/1", "m/2", "m/3")
    second = {"1": "Đoạn văn thứ nhất.", "2": "Đoạn văn đã sửa."}
    report = put(library, second)
    assert (report.added, report.updated, report.unchanged, report.missing) == ((), ("m/2",), 1, ("m/3",))
    report = put(library, second, remove_missing=True)
    assert (report.unchanged, report.removed, report.n_documents) == (2, ("m/3",), 2)


def test_a_folder_named_twice_is_held_once(folder: Path, library: Path):
    assert index(library, folder, folder).n_documents == 3
    assert len(ids(library)) == 3
