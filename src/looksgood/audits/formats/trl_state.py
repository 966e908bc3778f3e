"""What TRL logged of KL: `log_history` of the trainer_state.json beside the completions.

`Trainer.save_state()` writes it to the output folder, and each checkpoint has its own. The entries
of a step have `kl` where beta > 0. It is one number for the whole batch and no KL per sequence.

Source: trl 1.16.0, trainer/grpo_trainer.py: `global_masked_mean(per_token_kl)`, k3 of each token,
times the ratio π/π_old with `use_bias_correction_kl`; a mean over the batches since the log before.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from looksgood.audits.formats.numbers import finite, whole
from looksgood.audits.notes import Notes

NAME = "trainer_state.json"
MEANS = (
    f"`kl` of TRL's {NAME}: one token mean (k3) over the batch of each step, not the sum over a "
    "sequence"
)


def logged_kl(folder: Path, notes: Notes) -> dict[int, float]:
    """Return KL by step as the output folder's trainer states have it; nothing where none does.

    Of several states each adds what earlier ones lack; where they differ, as after a run that was
    resumed, the state of the most steps counts. One that cannot be read is told.
    """
    files = [folder / NAME, *folder.glob(f"checkpoint-*/{NAME}")]
    states = [_state(file, notes) for file in files if file.is_file()]
    found: dict[int, float] = {}
    for state in sorted(states, key=lambda state: whole(state.get("global_step")) or 0):
        history = state.get("log_history")
        for entry in history if isinstance(history, list) else ():
            if isinstance(entry, Mapping):
                step, kl = whole(entry.get("step")), finite(entry.get("kl"))
                if step is not None and kl is not None:
                    found[step] = kl
    return found


def _state(file: Path, notes: Notes) -> Mapping[str, Any]:
    try:
        state = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        notes.lines.append(f"Left out: {file}, which is no JSON ({str(error)[:80]}).")
        return {}
    return state if isinstance(state, dict) else {}
