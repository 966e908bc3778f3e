import errno
import os
import subprocess
import sys

import pytest

from looksgood.core.errors import LooksgoodError
from looksgood.runs.atomic import atomic_folder, sweep, write_atomically


def test_a_write_replaces_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "deep" / "a.json"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_whose_making_fails_does_not_exist(tmp_path):
    def make(folder):
        (folder / "half").write_text("half")
        raise KeyError

    with pytest.raises(KeyError), atomic_folder(tmp_path / "stage") as folder:
        make(folder)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_never_replaced(tmp_path):
    (tmp_path / "stage").mkdir()
    with pytest.raises(FileExistsError), atomic_folder(tmp_path / "stage"):
        pass


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_one_clear_line_and_the_old_file_stays(tmp_path, monkeypatch, code):
    path = tmp_path / "points.parquet"
    write_atomically(path, b"old")

    def full(_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LooksgoodError) as caught:
        write_atomically(path, b"new")
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    assert "free" in message
    assert "run the same command again" in message
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_other_errors_of_the_system_are_not_called_a_full_disk(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=r"file|directory"):
        write_atomically(tmp_path / "file" / "inside", b"")


def test_only_what_the_dead_left_is_swept(tmp_path):
    killed = (
        "import os, signal, sys; from pathlib import Path;"
        "from looksgood.runs.atomic import atomic_folder\n"
        "with atomic_folder(Path(sys.argv[1]) / 'stage') as f:\n"
        "    (f / 'half').write_text('half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False)
    (left,) = tmp_path.iterdir()
    with atomic_folder(tmp_path / "other"):  # ours: we live
        assert sweep(tmp_path) == [left]
    assert [p.name for p in tmp_path.iterdir()] == ["other"]
