"""A PostgreSQL server of the tests' own, and the fixtures that run a test on both databases.

`database_url` and `database` give an empty SQLite file, then an empty PostgreSQL database. The
server lies in a temporary folder and is reached by a socket in it: no port, no password, nobody
else. Where PostgreSQL is not installed those tests are skipped, and say so.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

USERS = ("postgres", "nobody")
"""Who runs the server where we are root, which it refuses."""
_NUMBERS = count()


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL here: on the path, or where Debian puts it."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).parent
    folders = [each.parent for each in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


@contextmanager
def server() -> Iterator[str]:
    """Run a server and yield its socket's folder.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
        RuntimeError: it does not start; says why.
    """
    folder = programs()
    if folder is None:
        raise FileNotFoundError("PostgreSQL is not installed (Debian: apt install postgresql)")
    home = Path(tempfile.mkdtemp(prefix="looksgood-pg-", dir="/tmp"))  # a short path: sockets
    us = _somebody(home)
    data, log = home / "data", home / "log"
    try:
        how = ["-U", "looksgood", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run(
            [folder / "initdb", "-D", data, *how],
            **us,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr.strip()}")
        settings = {"listen_addresses": "", "fsync": "off", "unix_socket_directories": str(home)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [folder / "postgres", "-D", data, *options], **us, stdout=out, stderr=out
            )
        try:
            _wait(process, home / ".s.PGSQL.5432", log)
            yield str(home)
        finally:
            process.terminate()  # as `pg_ctl stop -m smart`; SIGINT would not wait for clients
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _somebody(home: Path) -> dict:
    """Return whom to run as, and let that user have the folder."""
    if os.getuid() != 0:
        return {"cwd": home}
    import pwd

    for name in USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(home, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": home}
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no other user")


def _wait(process: subprocess.Popen, socket: Path, log: Path) -> None:
    import psycopg

    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        if socket.exists():
            try:
                psycopg.connect(f"host={socket.parent} user=looksgood dbname=postgres").close()
            except psycopg.OperationalError:  # "the database system is starting up"
                pass
            else:
                return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}")


@pytest.fixture(scope="session")
def postgres_folder():
    """The socket's folder of a server that runs as long as the tests do."""
    pytest.importorskip("psycopg", reason="the extra team is not installed")
    try:
        running = server()
        folder = running.__enter__()
    except (FileNotFoundError, RuntimeError, PermissionError) as error:
        pytest.skip(str(error))
    yield folder
    running.__exit__(None, None, None)


@pytest.fixture
def postgres_url(postgres_folder):
    """An empty PostgreSQL database of this test's own, as `--db` takes it."""
    import psycopg

    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    where = f"host={postgres_folder} user=looksgood dbname=postgres"
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield f"postgresql://looksgood@/{name}?host={postgres_folder}"
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """An empty database, as `--db` takes it: a path of a file, then a PostgreSQL URL."""
    if request.param == "sqlite":
        return str(tmp_path / "votes.db")
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def database(database_url):
    """A database with its tables, of either kind."""
    from looksgood.rating.database import open_database  # jaxtyping's hook comes after conftest

    opened = open_database(database_url)
    yield opened
    opened.close()
