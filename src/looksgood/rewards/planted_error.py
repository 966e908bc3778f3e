"""An error of known tail on top of r̂: a fixed function of the response that nobody can learn."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import torch
from jaxtyping import Float
from scipy.special import ndtri, stdtrit
from torch import Tensor

from looksgood.core.records import Samples
from looksgood.core.seeds import Seed
from looksgood.rewards.spec import PlantedErrorSpec


def planted_error(
    spec: PlantedErrorSpec, samples: Samples, seed: Seed
) -> Float[Tensor, " responses"]:
    """Return each response's error: equal responses to a prompt have equal ones.

    It is independent of what the response says, hence of gold: the case in which Kwa et al. (2024),
    arXiv:2407.14503 prove that a heavy tail makes optimisation worthless.
    """
    prompts = [prompt.text for prompt in samples.prompt_of]
    uniform = _uniform(prompts, samples.texts, seed)
    error = ndtri(uniform) if spec.df is None else stdtrit(spec.df, uniform)
    return torch.from_numpy(spec.scale * error)


def _uniform(
    prompts: Sequence[str], texts: Sequence[str], seed: Seed
) -> Float[np.ndarray, " responses"]:
    """Return a number strictly between 0 and 1 for each prompt and text, by their hash."""
    key = seed.number.to_bytes(8, "big")
    digests = [
        blake2b(f"{prompt}\n{text}".encode(), digest_size=8, key=key).digest()
        for prompt, text in zip(prompts, texts, strict=True)
    ]
    whole = np.frombuffer(b"".join(digests), dtype=">u8") >> np.uint64(11)
    return (whole.astype(np.float64) + 0.5) / 2**53
