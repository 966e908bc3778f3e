"""The secret: chosen, or made once beside the database and readable by nobody else."""

import os
import threading

import pytest

from looksgood.core.errors import ConfigError
from looksgood.rating.database import open_database
from looksgood.web.secret import LEAST, VARIABLE, secret_of


@pytest.fixture(autouse=True)
def _nothing_chosen(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


def test_it_is_made_once_beside_the_database(sqlite, tmp_path):
    first = secret_of(sqlite)
    file = tmp_path / "votes.db.secret"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text() == first.value
    assert len(first.value) >= LEAST
    assert not first.is_chosen
    again = open_database(tmp_path / "votes.db")
    assert secret_of(again) == first
    again.close()
    assert [path.name for path in tmp_path.iterdir() if "secret" in path.name] == [file.name]


def test_two_databases_have_two_secrets(sqlite, tmp_path):
    other = open_database(tmp_path / "others.db")
    assert secret_of(other).value != secret_of(sqlite).value
    other.close()


def test_who_starts_at_the_same_moment_has_the_same(sqlite):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(secret_of(sqlite).value)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_chosen_one_comes_first(sqlite, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "c" * LEAST)
    secret = secret_of(sqlite)
    assert (secret.value, secret.is_chosen) == ("c" * LEAST, True)
    assert not (tmp_path / "votes.db.secret").exists()
    assert "ccc" not in repr(secret)


@pytest.mark.parametrize("value", ["", "short", "c" * (LEAST - 1)])
def test_a_short_one_is_refused(sqlite, monkeypatch, value):
    monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(ConfigError, match="token_urlsafe"):
        secret_of(sqlite)


def test_one_that_others_can_read_is_refused(sqlite, tmp_path):
    secret_of(sqlite)
    for mode in (0o644, 0o640, 0o604, 0o660):
        os.chmod(tmp_path / "votes.db.secret", mode)
        with pytest.raises(ConfigError, match="chmod 600"):
            secret_of(sqlite)


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 40, b"\0" * 3])
def test_a_file_that_holds_none_is_refused(sqlite, tmp_path, content):
    file = tmp_path / "votes.db.secret"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(ConfigError, match=r"votes\.db\.secret"):
        secret_of(sqlite)
    assert file.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_named(sqlite, tmp_path):
    (tmp_path / "votes.db.secret").mkdir(mode=0o700)
    with pytest.raises(ConfigError, match="cannot be read or made"):
        secret_of(sqlite)


def test_a_team_chooses_one(postgres_url):
    opened = open_database(postgres_url)
    with pytest.raises(ConfigError, match=VARIABLE):
        secret_of(opened)
    opened.close()
