"""Kill a tiny sweep of one arm with SIGKILL, start it again until it is done, compare its tables.

Each run is a forked process, so torch is imported once. A run is killed right after and right
before its checkpoint is written, at every position that commits (the last step of a penalty among
them), and at random times. Prints which runs ended with other tables than the unbroken one.
"""

import json
import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from looksgood.runs.worker import ONE_THREAD

os.environ.update(ONE_THREAD)  # before torch comes in: forks must not inherit its threads

import pyarrow as pa

from looksgood.core.seeds import Seed
from looksgood.models import language_model  # noqa: F401 - once, not in every child
from looksgood.runs import checkpoint
from looksgood.studies import (
    pipeline,  # noqa: F401
    sweep_claims,  # noqa: F401
)
from looksgood.studies.runner import run_study
from looksgood.studies.study import find_study
from tests.sweeps import TINY, tables

STUDY = replace(find_study("kl-sweep"), arms={"ordinary": {}})
POSITIONS = (1, 3, 5, 9)
"""Of TINY: the base, the middle and the last step of one penalty, the last of the other."""
RANDOM_FOLDERS = 2


def run(out):
    run_study(STUDY, out=out, seeds=1, first_seed=0, workers=0, settings=TINY)


def die_at(position, *, written):
    """Let this process kill itself when the checkpoint of `position` is (not yet) written."""
    save = checkpoint.save_checkpoint

    def wrapper(folder, tensors, meta):
        if written:
            save(folder, tensors, meta)
        if meta["position"] == position:
            os.kill(os.getpid(), signal.SIGKILL)
        if not written:
            save(folder, tensors, meta)

    checkpoint.save_checkpoint = wrapper


def start(action):
    """Run `action` in a forked process; return its id."""
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            action()
        except BaseException as error:  # noqa: BLE001 - a child must never return
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return pid


def ended(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed_at_random(out, seconds, seed):
    """Kill at random times within the whole run's, at most three times; return how often."""
    kills = 0
    for wait in seed.numpy().uniform(0.05, 0.8, size=3) * seconds:
        pid = start(lambda: run(out))
        time.sleep(wait)
        os.kill(pid, signal.SIGKILL)  # it may be a zombie already: then this does nothing
        kills += ended(pid) == -signal.SIGKILL
    return kills


def main(root):
    pa.Table.from_pylist([{}])  # looks for pandas: once, not in every child
    since = time.monotonic()
    assert ended(start(lambda: run(root / "unbroken"))) == 0
    seconds = time.monotonic() - since
    expected, broken, kills = tables(root / "unbroken"), [], 0
    folders = []
    for position in POSITIONS:
        for written in (True, False):
            out = root / f"at-{position}-{written}"
            # what cells share is there already: these kills are about the cell
            shutil.copytree(root / "unbroken", out, ignore=shutil.ignore_patterns("cells"))
            code = ended(start(lambda o=out, p=position, w=written: (die_at(p, written=w), run(o))))
            kills += code == -signal.SIGKILL
            folders.append(out)
    for i in range(RANDOM_FOLDERS):
        out = root / f"random-{i}"
        kills += killed_at_random(out, seconds, Seed(("kills", i)))
        folders.append(out)
    for out in folders:
        code = ended(start(lambda o=out: run(o)))
        if code or tables(out) != expected:
            broken.append([out.name, code])
        else:
            shutil.rmtree(out)
    rows = {kind: len(found) for kind, found in expected.items()}
    json.dump({"kills": kills, "broken": broken, "rows": rows, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
