"""A rating page's server in a process of its own, which a benchmark starts and kills."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from looksgood.core.errors import LooksgoodError

STARTS_WITHIN_SECONDS = 60


class Server:
    """`looksgood rate serve`, as people run it, at one address through all its lives."""

    def __init__(self, db: str, secret: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._db, self._secret, self._log = db, secret, folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.cpu_seconds = 0.0
        """Of all lives that have ended, starting included."""

    def start(self) -> float:
        """Start, and return after how many seconds it answered.

        Raises:
            LooksgoodError: it did not answer; says what it wrote.
        """
        command = [sys.executable, "-m", "looksgood", "rate", "serve", "--db", self._db]
        path = os.pathsep.join(entry for entry in sys.path if entry)
        environment = {**os.environ, "PYTHONPATH": path, "LOOKSGOOD_SECRET": self._secret}
        begun = time.perf_counter()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self._port)], stdout=log, stderr=log, env=environment
            )
        while time.perf_counter() - begun < STARTS_WITHIN_SECONDS and not self.has_ended():
            try:
                urllib.request.urlopen(f"{self.address}/health", timeout=5).close()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.02)
            else:
                return time.perf_counter() - begun
        raise LooksgoodError(f"the server does not answer: {self.said()}")

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """End its life, by SIGKILL at once; count its CPU time."""
        process = self._process
        if process is None:
            return
        process.send_signal(with_signal)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self._process = None
        self.cpu_seconds += used.ru_utime + used.ru_stime

    def has_ended(self) -> bool:
        """Tell whether it ended by itself, which it must not."""
        return self._process is not None and self._process.poll() is not None

    def said(self) -> str:
        """Return the end of what it wrote: nothing but its address, if all is well."""
        return self._log.read_text(errors="replace")[-2000:]
