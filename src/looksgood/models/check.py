"""Whether an architecture computes the same when a prompt is shared, as this package relies on."""

import torch
from transformers import PreTrainedModel

from looksgood.core.errors import ModelError
from looksgood.models.branch import branch_hidden

SAME = 1e-3
"""Largest relative difference between two ways of computing the same numbers in float32."""


@torch.no_grad()
def check_branches(model: PreTrainedModel, where: object) -> None:
    """Refuse an architecture that computes something else when a prompt is shared.

    Two small prompts, one padded, and their responses are run shared and as plain rows.

    Raises:
        ModelError: the results differ, or the model cannot be run that way at all.
    """
    head = model.get_output_embeddings()
    run = model.base_model if head is None else model
    prompts = torch.tensor([[0, 1, 2], [0, 3, 1]]) % model.config.get_text_config().vocab_size
    mask = torch.tensor([[True, True, True], [False, True, True]])
    ids = torch.tensor([[2, 1], [1, 3]]) % model.config.get_text_config().vocab_size
    errors = []
    try:
        before, at = branch_hidden(model.base_model, prompts, mask, ids)
        shared = torch.cat([before[:, None], at], 1)
        shared = shared if head is None else head(shared)
        for row in range(2):
            tokens = torch.cat([prompts[row][mask[row]], ids[row]])[None]
            out = run(input_ids=tokens, attention_mask=torch.ones_like(tokens), use_cache=False)
            plain = out.last_hidden_state if head is None else out.logits
            off = (plain[0, -3:] - shared[row]).abs().max() / plain.abs().max().clamp(min=1)
            errors.append(float(off))
    except (TypeError, ValueError, RuntimeError, IndexError, AttributeError) as error:
        raise ModelError(
            f"{where}: {type(model).__name__} cannot share a prompt among responses "
            f"({first_line(error)})"
        ) from error
    if not all(error < SAME for error in errors):  # NaN is not
        raise ModelError(
            f"{where}: {type(model).__name__} computes something else when a prompt is shared "
            f"among responses (off by {max(errors):.2g}): use a decoder such as Llama or GPT-2"
        )


def first_line(error: Exception) -> str:
    """Return the beginning of another package's message, which may run over pages."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
