"""Files and folders that appear whole or not at all, whenever the process is killed.

Work in progress lies beside its target as `.tmp.<host>.<pid>.<random>.<name>`: the name tells
whose it was, so what a killed process left behind is recognised and swept away.
"""

import errno
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from looksgood.core.errors import LooksgoodError

_LEFTOVER = re.compile(r"^\.tmp\.(?P<host>[^.]+)\.(?P<pid>\d+)\.[0-9a-f]{8}\.")
_FOREIGN_SECONDS = 24 * 3600.0


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` so that `path` holds either what it held before or all of it.

    Raises:
        LooksgoodError: the disk is full; `path` is as it was.
    """
    with atomic_file(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Hand out a temporary path beside `path`; on leaving, move what was written there to `path`.

    Raises:
        LooksgoodError: the disk is full; `path` is as it was.
    """
    path = Path(path)
    temporary = _beside(path)
    with full_disk_explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            sync(temporary)
            os.replace(temporary, path)
            sync(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Hand out an empty folder beside `path`; on leaving, rename it to `path`.

    Raises:
        FileExistsError: `path` is there already; folders are made once, never replaced.
        LooksgoodError: the disk is full; there is no `path`.
    """
    path = Path(path)
    if path.exists():
        raise FileExistsError(errno.EEXIST, "is there already", str(path))
    temporary = _beside(path)
    with full_disk_explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.mkdir()
            yield temporary
            for folder, _, files in os.walk(temporary, topdown=False):
                for name in files:
                    sync(Path(folder, name))
                sync(Path(folder))
            os.rename(temporary, path)
            sync(path.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def sweep(parent: Path) -> list[Path]:
    """Remove what killed processes left in `parent`; return what was removed.

    Work of a living process on this machine stays. Work of another machine goes after a day:
    whether its process lives cannot be seen from here.
    """
    removed = []
    for path in sorted(parent.iterdir()) if parent.is_dir() else []:
        if not _is_abandoned(path):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        removed.append(path)
    return removed


def is_leftover(path: Path) -> bool:
    """Whether `path` is work in progress or what is left of it, never a result."""
    return _LEFTOVER.match(path.name) is not None


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def full_disk_explained(path: Path) -> Iterator[None]:
    """Turn "no space left" (from Python, Arrow or safetensors) into one clear line.

    Raises:
        LooksgoodError: the disk or the quota is full.
    """
    try:
        yield
    except Exception as error:
        if not _is_full_disk(error):
            raise
        raise LooksgoodError(
            f"cannot write {path}: the disk is full, only {_free(path)} free. Nothing already "
            "computed is lost: make room, then run the same command again."
        ) from error


def _is_full_disk(error: Exception) -> bool:
    if isinstance(error, LooksgoodError):
        return False  # explained already, perhaps for a path further in
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return "No space left on device" in str(error) or "StorageFull" in str(error)


def _free(path: Path) -> str:
    there = next(p for p in (path, *path.absolute().parents) if p.exists())
    try:
        free = float(shutil.disk_usage(there).free)
    except OSError:
        return "an unknown amount"
    for unit in ("bytes", "kB", "MB"):
        if free < 1000:
            return f"{free:.0f} {unit}"
        free /= 1000
    return f"{free:.1f} GB"


def _beside(path: Path) -> Path:
    name = f".tmp.{_host()}.{os.getpid()}.{secrets.token_hex(4)}.{path.name}"
    return path.parent / name[:255]


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname()) or "unknown"


def _is_abandoned(path: Path) -> bool:
    found = _LEFTOVER.match(path.name)
    if found is None:
        return False
    if found["host"] != _host():
        try:
            return time.time() - path.stat().st_mtime > _FOREIGN_SECONDS
        except FileNotFoundError:
            return False
    try:
        os.kill(int(found["pid"]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
