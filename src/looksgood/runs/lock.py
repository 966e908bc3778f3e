"""One process at a time: a lock that the kernel releases when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from looksgood.runs.atomic import full_disk_explained


class Lock:
    """An exclusive lock on a small file that stays on the disk; it holds its owner's process id."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self, *, wait: bool) -> bool:
        """Take the lock; without `wait`, return False where another process has it.

        Raises:
            LooksgoodError: the disk is too full for even this.
        """
        with full_disk_explained(self.path):
            return self._take(wait)

    def _take(self, wait: bool) -> bool:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        except BlockingIOError:
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def holder(self) -> str:
        """Return the process id of whoever has or last had the lock, or '?'."""
        try:
            return self.path.read_text() or "?"
        except OSError:
            return "?"

    def release(self) -> None:
        """Let others have it; harmless when not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for the lock at `path`, hold it, release it."""
    lock = Lock(path)
    lock.take(wait=True)
    try:
        yield
    finally:
        lock.release()
