from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from rag import snapshots
from rag.disk import HashedFile, hash_file
from rag.errors import LibraryDamagedError, StorageError
from rag.snapshots import SnapshotWriter, current_name, open_current, remove_old


def publish(folder: Path, array: np.ndarray) -> str:
    with SnapshotWriter(folder) as writer:
        writer.write_array("numbers", array)
        return writer.publish({"n": len(array)}).name


def test_what_was_published_is_read_back(tmp_path: Path):
    array = np.arange(6, dtype=np.uint32).reshape(2, 3)
    publish(tmp_path, array)
    snapshot = open_current(tmp_path)
    assert snapshot is not None
    snapshot.verify(whole=True)
    assert snapshot.array("numbers").tolist() == array.tolist()
    assert snapshot.array("numbers").dtype == np.uint32
    assert snapshot.manifest.about == {"n": 2}
    assert snapshot.has("numbers.npy") and not snapshot.has("other.npy")
    snapshot.close()


def test_an_empty_array_is_read_back(tmp_path: Path):
    publish(tmp_path, np.zeros(0, dtype=np.int64))
    snapshot = open_current(tmp_path)
    assert snapshot is not None and snapshot.array("numbers").shape == (0,)
    snapshot.close()


def test_nothing_published_is_none(tmp_path: Path):
    assert open_current(tmp_path) is None and current_name(tmp_path) is None


@pytest.mark.parametrize("position", [0, 70, 127, 135])
def test_one_flipped_bit_is_noticed(tmp_path: Path, position: int):
    name = publish(tmp_path, np.array([7], dtype=np.uint64))
    path = tmp_path / name / "numbers.npy"
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)
    snapshot = open_current(tmp_path)
    assert snapshot is not None
    with pytest.raises(LibraryDamagedError, match=r"numbers\.npy is damaged: its SHA-256"):
        snapshot.verify()
    snapshot.close()


def test_a_truncated_and_a_missing_file_are_named(tmp_path: Path):
    path = tmp_path / publish(tmp_path, np.arange(9)) / "numbers.npy"
    os.truncate(path, 20)
    snapshot = open_current(tmp_path)
    assert snapshot is not None
    with pytest.raises(LibraryDamagedError, match="20 bytes, 200 were written"):
        snapshot.verify()
    path.unlink()
    with pytest.raises(LibraryDamagedError, match="is missing"):
        snapshot.verify()
    snapshot.close()


def test_a_large_file_is_hashed_only_when_the_whole_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(snapshots, "FULL_CHECK_BYTES", 10)
    path = tmp_path / publish(tmp_path, np.arange(9)) / "numbers.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    snapshot = open_current(tmp_path)
    assert snapshot is not None
    snapshot.verify()
    with pytest.raises(LibraryDamagedError):
        snapshot.verify(whole=True)
    snapshot.close()


@pytest.mark.parametrize(
    "text", ["", "{}", "not json", '{"manifest": {"name": "1", "files": {}, "about": {}}, "sha256": "0"}']
)
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str):
    (tmp_path / publish(tmp_path, np.arange(3)) / "manifest.json").write_text(text)
    with pytest.raises(LibraryDamagedError, match=r"manifest\.json is damaged"):
        open_current(tmp_path)


@pytest.mark.parametrize("content", [b"../../etc", b"\xff\xfe", b""])
def test_a_damaged_pointer_is_named_and_leads_nowhere(tmp_path: Path, content: bytes):
    publish(tmp_path, np.arange(3))
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(LibraryDamagedError, match="CURRENT is damaged"):
        open_current(tmp_path)


def test_a_pointer_to_a_snapshot_that_is_gone_is_damage(tmp_path: Path):
    publish(tmp_path, np.arange(3))
    (tmp_path / "CURRENT").write_text("00000099")
    with pytest.raises(LibraryDamagedError, match="00000099"):
        open_current(tmp_path)


def test_a_snapshot_in_use_stays_until_it_is_let_go(tmp_path: Path):
    first = publish(tmp_path, np.arange(3))
    reader = open_current(tmp_path)
    assert reader is not None
    second = publish(tmp_path, np.arange(4))
    assert remove_old(tmp_path) is False
    assert (tmp_path / first).is_dir()
    reader.verify()
    reader.close()
    assert remove_old(tmp_path) is True
    assert sorted(p.name for p in tmp_path.iterdir()) == [second, "CURRENT"]


def test_what_a_killed_writer_left_is_cleared(tmp_path: Path):
    name = publish(tmp_path, np.arange(3))
    (tmp_path / ".00000009.part").mkdir()
    (tmp_path / ".00000009.part" / "x").write_text("half")
    (tmp_path / "00000005").mkdir()
    assert remove_old(tmp_path) is True
    assert sorted(p.name for p in tmp_path.iterdir()) == [name, "CURRENT"]


def test_an_error_while_writing_leaves_the_old_snapshot_in_force(tmp_path: Path):
    name = publish(tmp_path, np.arange(3))
    with pytest.raises(ValueError, match="stop"), SnapshotWriter(tmp_path) as writer:
        writer.write_array("numbers", np.arange(5))
        raise ValueError("stop")
    assert current_name(tmp_path) == name
    assert sorted(p.name for p in tmp_path.iterdir()) == [name, "CURRENT"]


def test_a_full_disk_is_a_storage_error_that_names_the_way_out(tmp_path: Path):
    def fill(file: HashedFile) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with (
        pytest.raises(StorageError, match=r"No space left on device; .*Free some space"),
        SnapshotWriter(tmp_path) as w,
    ):
        w.write("x", fill)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a device that is always full")
def test_a_disk_that_fills_in_the_last_buffered_bytes_is_noticed():
    file = HashedFile.__new__(HashedFile)
    file._file = open("/dev/full", "wb")  # noqa: SIM115
    with pytest.raises(OSError, match="No space left"):
        file._file.write(b"x")
        file.close()
    assert file._file.closed


def test_a_file_is_hashed_as_sha256(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"abc")
    assert hash_file(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
