"""Kill a small cell at every call to the system that could tear, lose or double something.

A cell of three steps runs in a forked process; before the n-th call that writes, moves or removes
a file it kills itself with SIGKILL (a write gets half of its bytes out first). A second process
resumes. Prints, for each n, whether the tables equal those of the unbroken cell.
"""

import gc
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pyarrow.parquet  # noqa: F401 - once, not in every child
import safetensors.torch  # noqa: F401
import torch

from looksgood.core.seeds import Seed
from looksgood.runs import CellFolder, RunFolder, Stages, read_table
from looksgood.runs.machine import git_commit, machine, packages

CALLS = ("fsync", "replace", "rename", "pwrite", "ftruncate", "unlink", "mkdir")
STEPS = 3


def run_cell(root):
    """Walk at random from a shared start; measure before each step; commit at every other one."""
    with RunFolder.open(root, "walk", {"steps": STEPS}) as run:
        cell = run.cell("only", 0, "k")
        if not cell.is_done:
            with cell.working():
                walk(cell, run.stages)
        run.merge()


def walk(cell: CellFolder, stages: Stages):
    start = stages.once("start", "k", lambda folder: (folder / "x").write_text("1.5"))
    went = cell.resume()
    position = went.position if went else 0
    x = went.tensors["x"] if went else torch.tensor(float((start / "x").read_text()))
    if went is None:
        cell.commit(0, {"x": x}, points=[row(0, x)])
    while position < STEPS:
        position += 1
        x = x + torch.randn((), generator=Seed(("walk", position)).torch())
        if position % 2:
            cell.note(position, points=[row(position, x)], samples=[row(position, x)])
        else:
            cell.commit(position, {"x": x}, points=[row(position, x)])
    cell.finish({"end": float(x)})


def row(position, x):
    return {"study": "walk", "arm": "only", "seed": 0, "step": position, "gold": float(x)}


def kill_before(nth):
    """Count the calls that change the disk; die before the `nth`. Returns the counter."""
    count = [0]

    def watched(name):
        call = getattr(os, name)

        def wrapper(*args, **kwargs):
            count[0] += 1
            if count[0] == nth:
                if name == "pwrite":
                    call(args[0], args[1][: len(args[1]) // 2], args[2])
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)

        return wrapper

    for name in CALLS:
        setattr(os, name, watched(name))
    return count


def in_child(action):
    """Run `action` in a forked process; return how it ended, as `os.waitstatus_to_exitcode`."""
    pid = os.fork()
    if pid == 0:
        try:
            action()
        except BaseException as error:  # noqa: BLE001 - a child must never return
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def outcome(root):
    """Return all that a reader of the finished run sees, and what lies about."""
    tables = {k: read_table(root / f"{k}.parquet", k).to_pylist() for k in ("points", "samples")}
    litter = sorted(str(p.relative_to(root)) for p in root.rglob(".tmp.*"))
    return {**tables, "done": RunFolder.read(root).cells()[0].result, "litter": litter}


def main(root):
    git_commit(), machine(), packages()  # asked once, not in every child
    gc.disable()  # collecting would copy the pages that children share
    counted = root / "count"

    def whole():
        count = kill_before(None)
        run_cell(root / "unbroken")
        counted.write_text(str(count[0]))

    assert in_child(whole) == 0
    total, expected, broken = int(counted.read_text()), outcome(root / "unbroken"), []
    for nth in range(1, total + 1):
        folder = root / f"killed-{nth}"
        first = in_child(lambda f=folder, n=nth: (kill_before(n), run_cell(f)))
        second = in_child(lambda f=folder: run_cell(f))
        if (first, second) != (-signal.SIGKILL, 0) or outcome(folder) != expected:
            broken.append([nth, first, second])
        shutil.rmtree(folder)
    json.dump({"kills": total, "broken": broken, "rows": len(expected["points"])}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
