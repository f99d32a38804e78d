from __future__ import annotations

from pathlib import Path

import pytest

from rag.engine import Engine
from rag.errors import NotFoundError, StorageError, UnsupportedFormatError
from rag.originals import MEDIA_TYPES
from rag.uploads import Upload, Uploaded, clean_name
from tests.fakes import REPORTS, WordEmbedder, build_library, write_reports
from tests.files import report_docx


@pytest.fixture
def engine(tmp_path: Path):
    with Engine(tmp_path / "library", embedder=WordEmbedder()) as engine:
        yield engine


def sent(folder: Path, name: str, content: str | bytes) -> Upload:
    """A file as it lies where a server put it: under a name of the server's own."""
    folder.mkdir(exist_ok=True)
    path = folder / f"upload-{len(list(folder.iterdir()))}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Upload(path, name)


def add(engine: Engine, *uploads: Upload) -> list[Uploaded]:
    done: list[Uploaded] = []
    engine.add_uploads(uploads, on_done=lambda upload, uploaded: done.append(uploaded))
    engine.refresh()
    return done


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("bao cao.docx", "bao cao.docx"),
        ("2023/huyện/bao cao.docx", "2023/huyện/bao cao.docx"),
        ("D:\\Bao cao\\An\\bao cao.docx", "D:/Bao cao/An/bao cao.docx"),
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/etc/passwd.txt", "etc/passwd.txt"),
        ("a/./b/../c.txt", "a/b/c.txt"),
        ("a\0b\r\nc.txt", "a b c.txt"),
        ("ba\u0301o ca\u0301o.txt", "báo cáo.txt"),
        ("<b>x</b>: 50% #1?.txt", "<b>x</b>: 50% #1?.txt"),
        ("\u202ecod.txt", "cod.txt"),
        ("a%2e%2e%2fb.txt", "a%2e%2e%2fb.txt"),
    ],
)
def test_a_name_is_made_into_a_path_that_stays_within_the_uploads(name, cleaned):
    assert clean_name(name) == cleaned


@pytest.mark.parametrize("name", ["", "..", "/", ".env", "a/.htaccess", "~$bao cao.docx", "Thumbs.db", "x.json"])
def test_what_is_no_name_of_a_report_is_refused_by_name(name):
    with pytest.raises(UnsupportedFormatError, match=r"file name|not a report"):
        clean_name(name)


def test_a_long_name_keeps_its_suffix():
    cleaned = clean_name("a" * 500 + ".docx")

    assert (len(cleaned), cleaned[:2], cleaned[-5:]) == (200, "aa", ".docx")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a" * 500 + "1.docx", "a" * 500 + "2.docx"),
        ("x/" * 30 + "a.docx", "y/" + "x/" * 29 + "a.docx"),
        ("b" * 300 + "/a.docx", "b" * 301 + "/a.docx"),
        ("\u0958" * 90 + "/" + ("\u0958" * 60 + "/") * 8 + "a.docx", ("\u0958" * 60 + "/") * 8 + "a.docx"),
    ],
)
def test_long_names_that_differ_only_where_they_are_cut_stay_two_reports(first, second):
    assert clean_name(first) != clean_name(second)
    assert clean_name(first) == clean_name(first)
    assert max(len(clean_name(first)), len(clean_name(second))) <= 900


def test_an_upload_can_be_asked_and_its_file_is_handed_out_as_it_was_sent(engine, tmp_path):
    (uploaded,) = add(engine, sent(tmp_path / "in", "2023/lang_chanh.txt", REPORTS["lang_chanh.txt"]))

    assert uploaded == Uploaded("2023/lang_chanh.txt", "added", "uploads/2023/lang_chanh.txt", 3)
    assert engine.ask("Tổng thu ngân sách huyện Lang Chánh năm 2023?").short == "45,2 tỷ đồng"
    original = engine.original("uploads/2023/lang_chanh.txt")
    assert original.data == REPORTS["lang_chanh.txt"].encode()
    assert (original.name, original.media_type) == ("lang_chanh.txt", "text/plain; charset=utf-8")


def test_no_name_somebody_sends_is_the_name_of_a_file_on_disk(engine, tmp_path):
    add(engine, sent(tmp_path / "in", "../../../../tmp/thoat.txt", REPORTS["lang_chanh.txt"]))

    (card,) = engine.documents()
    assert card.id == "uploads/tmp/thoat.txt"
    assert [p.name for p in (tmp_path / "library" / "uploads").iterdir()] == [f"{card.sha256}.txt"]


def test_the_same_file_again_is_unchanged_and_a_newer_one_takes_its_place(engine, tmp_path):
    folder = tmp_path / "in"
    add(engine, sent(folder, "a.txt", REPORTS["lang_chanh.txt"]))
    (again,) = add(engine, sent(folder, "a.txt", REPORTS["lang_chanh.txt"]))
    (newer,) = add(engine, sent(folder, "a.txt", REPORTS["lang_chanh.txt"].replace("45,2", "46,3")))

    assert (again.status, newer.status) == ("unchanged", "updated")
    assert engine.ask("Tổng thu ngân sách huyện Lang Chánh năm 2023?").short == "46,3 tỷ đồng"
    assert len(list((tmp_path / "library" / "uploads").iterdir())) == 1


def test_two_files_of_the_same_bytes_are_two_documents(engine, tmp_path):
    text = REPORTS["lang_chanh.txt"]

    done = add(engine, sent(tmp_path / "in", "a.txt", text), sent(tmp_path / "in", "b.txt", text))

    assert [(u.name, u.status) for u in done] == [("a.txt", "added"), ("b.txt", "added")]
    assert [card.id for card in engine.documents()] == ["uploads/a.txt", "uploads/b.txt"]
    engine.remove("uploads/a.txt")
    assert engine.original("uploads/b.txt").data == text.encode()


def test_what_cannot_be_read_is_skipped_by_its_own_name_and_the_rest_is_added(engine, tmp_path):
    folder = tmp_path / "in"
    done = add(
        engine,
        sent(folder, "hong.docx", b"PK\x03\x04 broken"),
        sent(folder, "rong.txt", b""),
        sent(folder, ".an.txt", "x"),
        sent(folder, "lang_chanh.txt", REPORTS["lang_chanh.txt"]),
    )

    by_name = {uploaded.name: uploaded for uploaded in done}
    assert {name: u.status for name, u in by_name.items()} == {
        "hong.docx": "skipped",
        "rong.txt": "skipped",
        ".an.txt": "skipped",
        "lang_chanh.txt": "added",
    }
    assert by_name["rong.txt"].error == "EmptyFileError"
    assert by_name["hong.docx"].reason.startswith("hong.docx: ")
    assert [card.id for card in engine.documents()] == ["uploads/lang_chanh.txt"]
    assert len(list((tmp_path / "library" / "uploads").iterdir())) == 1


def test_a_file_over_the_limit_is_skipped_unread(engine, tmp_path):
    done: list[Uploaded] = []
    upload = sent(tmp_path / "in", "lon.txt", b"x" * (2**20 + 1))

    engine.add_uploads([upload], max_file_mb=1, on_done=lambda _, uploaded: done.append(uploaded))

    assert [(u.status, u.error) for u in done] == [("skipped", "TooLargeError")]
    assert "allowed: 1 MB" in done[0].reason


def test_a_docx_is_read_from_where_it_is_kept(engine, tmp_path):
    (uploaded,) = add(engine, sent(tmp_path / "in", "bao cao.docx", report_docx()))

    assert uploaded.status == "added"
    assert engine.ask("Thu ngân sách trên địa bàn huyện Mường Xa đạt bao nhiêu?").short == "412,5 tỷ đồng"
    assert engine.original("uploads/bao cao.docx").media_type == MEDIA_TYPES[".docx"]


def test_the_file_of_a_folder_is_handed_out_until_it_changes(tmp_path):
    reports = write_reports(tmp_path / "bao_cao")
    with Engine(tmp_path / "library", embedder=WordEmbedder()) as engine:
        engine.index(reports)
        assert engine.original("bao_cao/lang_chanh.txt").data == REPORTS["lang_chanh.txt"].encode()

        (reports / "lang_chanh.txt").write_text("khác", encoding="utf-8")
        with pytest.raises(NotFoundError, match="was changed since it was read"):
            engine.original("bao_cao/lang_chanh.txt")


def test_a_link_put_in_the_place_of_a_file_hands_out_nothing(tmp_path):
    reports = write_reports(tmp_path / "bao_cao")
    secret = tmp_path / "secret.txt"
    secret.write_text("mật", encoding="utf-8")
    with Engine(tmp_path / "library", embedder=WordEmbedder()) as engine:
        engine.index(reports)
        (reports / "lang_chanh.txt").unlink()
        (reports / "lang_chanh.txt").symlink_to(secret)

        with pytest.raises(NotFoundError):
            engine.original("bao_cao/lang_chanh.txt")


def test_a_document_made_in_memory_has_no_file(tmp_path):
    build_library(tmp_path / "library")
    with Engine(tmp_path / "library", embedder=WordEmbedder()) as engine, pytest.raises(NotFoundError):
        engine.original("s/lang_chanh.txt")


def test_a_file_that_vanished_is_skipped_and_the_others_get_in(engine, tmp_path):
    there, gone = (sent(tmp_path / "in", name, REPORTS["lang_chanh.txt"]) for name in ("lang_chanh.txt", "a.txt"))
    gone.path.unlink()

    done = add(engine, gone, there)

    assert [(one.name, one.status, one.error) for one in done] == [
        ("a.txt", "skipped", "UnreachableFileError"),
        ("lang_chanh.txt", "added", ""),
    ]


def test_what_a_run_copied_that_failed_does_not_stay_and_fill_the_disk(engine, tmp_path, monkeypatch):
    add(engine, sent(tmp_path / "in", "lang_chanh.txt", REPORTS["lang_chanh.txt"]))
    kept = set((engine.path / "uploads").iterdir())

    def fill(*given: object, **named: object) -> int:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patched, pytest.raises(StorageError):
        patched.setattr("rag.library.LibraryWriter.put", fill)
        add(engine, sent(tmp_path / "in", "muong_lat.txt", REPORTS["muong_lat.txt"]))

    assert set((engine.path / "uploads").iterdir()) == kept
    (uploaded,) = add(engine, sent(tmp_path / "in", "muong_lat.txt", REPORTS["muong_lat.txt"]))
    assert uploaded.status == "added"
