"""What the engine tests let workers do."""

import os
import signal
import sys
import time
from pathlib import Path

from looksgood.core.errors import ConfigError, NotFinite


def work(settings, emit):
    """Do what `settings["do"]` says."""
    return globals()[f"_{settings['do']}"](settings, emit)


def _square(settings, emit):
    emit(step=1, total=2, scalars={"kl": 0.5, "gold": float("nan")})
    return {"square": settings["x"] ** 2, "missing": float("inf")}


def _fail(settings, emit):
    raise {"nan": NotFinite("loss is NaN at step 7"), "config": ConfigError("beta = -1: below 0")}[
        settings["how"]
    ]


def _bug(settings, emit):
    return {}["no such key"]


def _die(settings, emit):
    """Die by SIGKILL, the first time only unless `always`."""
    flag = Path(settings["flag"])
    tries = flag.read_text() if flag.exists() else ""
    flag.write_text(tries + "x")
    if settings["always"] or not tries:
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def _leave(settings, emit):
    os._exit(3)


def _environment(settings, emit):
    return {
        "threads": os.environ.get("OMP_NUM_THREADS"),
        "pid": os.getpid(),
        "torch": "torch" in sys.modules,
    }


def _order(settings, emit):
    with Path(settings["log"]).open("a") as log:
        log.write(settings["word"] + "\n")


def _sleep(settings, emit):
    Path(settings["folder"], str(os.getpid())).touch()
    time.sleep(60)


def _interrupt(settings, emit):
    raise KeyboardInterrupt
