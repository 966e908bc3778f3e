"""One prefill per prompt, shared by its k responses, in sampling and in training alike.

A prompt's keys and values do not depend on the response after it. Computing them once and
branching k ways saves (k − 1)/k of the prompt's work in every forward and backward pass.
"""

from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from transformers.cache_utils import Cache, CacheLayerMixin, DynamicCache

from looksgood.core.errors import ModelError


class BranchLayer(CacheLayerMixin):
    """One layer's keys and values: a prompt's, repeated for its k branches, then the response's.

    Written into a buffer of the full length where no gradient is needed (each step of sampling
    adds one position in place), and concatenated where it is.
    """

    def __init__(self, keys: Tensor, values: Tensor, k: int, room: int) -> None:
        super().__init__()
        self.is_initialized = True
        self.length = keys.shape[2]
        self.keys = self._grown(keys, k, room)
        self.values = self._grown(values, k, room)

    @staticmethod
    def _grown(prompt: Tensor, k: int, room: int) -> Tensor:
        branches = prompt.repeat_interleave(k, 0)
        if not room:
            return branches
        n, heads, length, width = branches.shape
        buffer = branches.new_empty(n, heads, length + room, width)
        buffer[:, :, :length] = branches
        return buffer

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Nothing to do: a branch starts from a prompt."""

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: object, **kwargs: object
    ) -> tuple[Tensor, Tensor]:
        """Add the new positions and return all of them, prompt first."""
        del args, kwargs
        end = self.length + key_states.shape[2]
        assert self.keys is not None
        assert self.values is not None
        if self.keys.shape[2] < end:
            return torch.cat([self.keys, key_states], 2), torch.cat([self.values, value_states], 2)
        self.keys[:, :, self.length : end] = key_states
        self.values[:, :, self.length : end] = value_states
        self.length = end
        return self.keys[:, :, :end], self.values[:, :, :end]

    def pick(
        self, rows: Int[Tensor, " kept"], positions: Int[Tensor, "kept all_tokens"], length: int
    ) -> None:
        """Make rows anew: of each in `rows` its `positions`, of which `length` are written."""
        assert self.keys is not None
        assert self.values is not None
        self.keys = self.keys[rows[:, None], :, positions].transpose(1, 2)
        self.values = self.values[rows[:, None], :, positions].transpose(1, 2)
        self.length = length

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Return how many positions the next query sees, and from where."""
        return self.length + query_length, 0

    def get_seq_length(self) -> int:
        """Return the positions held."""
        return self.length

    def get_max_length(self) -> int:
        """Return -1: no maximum beyond the buffer."""
        return -1


def prefill(
    backbone: nn.Module,
    prompt_ids: Int[Tensor, "prompts prompt_tokens"],
    prompt_mask: Bool[Tensor, "prompts prompt_tokens"],
) -> tuple[Float[Tensor, "prompts width"], DynamicCache]:
    """Run the prompts once; return the hidden state at each prompt's end, and their cache."""
    cache = DynamicCache()
    out = backbone(
        input_ids=prompt_ids,
        attention_mask=None if bool(prompt_mask.all()) else prompt_mask.long(),
        position_ids=prompt_positions(prompt_mask),
        past_key_values=cache,
        use_cache=True,
    )
    return out.last_hidden_state[:, -1], cache


def prompt_positions(mask: Bool[Tensor, "prompts tokens"]) -> Int[Tensor, "prompts tokens"]:
    """Count positions from each prompt's first token; padding on the left stays at 0."""
    return (mask.long().cumsum(1) - 1).clamp(min=0)


def branch(cache: DynamicCache, k: int, room: int) -> Cache:
    """Return the prompts' cache repeated k times, with `room` positions to write in place."""
    prompts: Any = cache.layers
    layers: Any = [BranchLayer(layer.keys, layer.values, k, room) for layer in prompts]
    return Cache(layers=layers)


def branch_hidden(
    backbone: nn.Module,
    prompt_ids: Int[Tensor, "prompts prompt_tokens"],
    prompt_mask: Bool[Tensor, "prompts prompt_tokens"],
    ids: Int[Tensor, "responses tokens"],
) -> tuple[Float[Tensor, "responses width"], Float[Tensor, "responses tokens width"]]:
    """Return the hidden state before each response and at each of its tokens.

    Equals running every prompt and response as one row; gradients flow through the prompt too.

    Raises:
        ModelError: a prompt and its response are longer than the model can read.
    """
    k = len(ids) // len(prompt_ids)
    tokens = ids.shape[1]
    check_room(backbone, prompt_ids.shape[1] + tokens)
    last, cache = prefill(backbone, prompt_ids, prompt_mask)
    before = last.repeat_interleave(k, 0)
    if not tokens:  # every response was one token: nothing is read after the prompt
        return before, before[:, None][:, :0]
    lengths = prompt_mask.sum(1).repeat_interleave(k)
    out = backbone(
        input_ids=ids,
        attention_mask=as_attended(backbone, branch_mask(prompt_mask, k, tokens)),
        position_ids=lengths[:, None] + torch.arange(tokens, device=ids.device),
        past_key_values=branch(cache, k, room=0),
        use_cache=True,
    )
    return before, out.last_hidden_state


def branch_mask(
    prompt_mask: Bool[Tensor, "prompts prompt_tokens"], k: int, tokens: int
) -> Bool[Tensor, "responses 1 tokens all_tokens"]:
    """Return which positions each response token attends to: its prompt, and itself and before."""
    causal = torch.ones(tokens, tokens, dtype=torch.bool, device=prompt_mask.device).tril()
    prompts = prompt_mask.repeat_interleave(k, 0)
    n, width = prompts.shape
    return torch.cat(
        [prompts[:, None].expand(n, tokens, width), causal.expand(n, tokens, tokens)], dim=2
    )[:, None]


def as_attended(
    backbone: nn.Module, visible: Bool[Tensor, "rows 1 queries keys"]
) -> Bool[Tensor, "rows 1 queries keys"] | Float[Tensor, "rows 1 queries keys"]:
    """Return a mask as the model's attention takes it.

    PyTorch's attention reads booleans; the "eager" one adds what it is given to the scores, where
    True would count as +1 and hide nothing.
    """
    config: Any = backbone.config
    if config._attn_implementation == "sdpa":
        return visible
    dtype = next(backbone.parameters()).dtype
    hidden = torch.finfo(dtype).min
    return torch.zeros(visible.shape, dtype=dtype, device=visible.device).masked_fill(
        ~visible, hidden
    )


def check_room(backbone: nn.Module, tokens: int) -> None:
    """Refuse rows that are longer than a model's positions, or than its sliding window.

    Within the window, sliding attention is full attention; beyond it our mask would see too much.

    Raises:
        ModelError: says how long the rows are and what the model reads.
    """
    config: Any = backbone.config
    positions = getattr(config, "max_position_embeddings", None)
    window = getattr(config, "sliding_window", None)
    if not getattr(config, "use_sliding_window", True):
        window = None
    for limit, name in ((positions, "positions"), (window, "tokens of sliding window")):
        if limit and tokens > limit:
            raise ModelError(
                f"{type(backbone).__name__} has {limit} {name}, but a prompt with its response "
                f"takes {tokens}: shorten the prompts or response_tokens"
            )
