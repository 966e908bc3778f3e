"""What a resumed fit needs of a network: weights and the optimizer's moments, as named tensors."""

from collections.abc import Iterable, Mapping

from torch import Tensor, nn, optim

Named = Iterable[tuple[str, nn.Parameter]]
"""As a module's `named_parameters()` gives them."""


def training_state(named: Named, optimizer: optim.Optimizer) -> dict[str, Tensor]:
    """Return copies of `weights.<name>` and `moments.<name>.<part>`; untouched weights have none.

    Every part of the optimizer's state must be a tensor, as in torch's Adam and AdamW.
    """
    named = list(named)
    state = {f"weights.{name}": p.detach().clone() for name, p in named}
    for name, parameter in named:
        for part, value in optimizer.state.get(parameter, {}).items():
            state[f"moments.{name}.{part}"] = value.detach().clone()
    return state


def restore_training(named: Named, optimizer: optim.Optimizer, state: Mapping[str, Tensor]) -> None:
    """Put back what `training_state` returned; `state` may hold more."""
    for name, parameter in named:
        parameter.data.copy_(state[f"weights.{name}"])
        prefix = f"moments.{name}."
        moments = {
            key.removeprefix(prefix): value.clone()
            for key, value in state.items()
            if key.startswith(prefix)
        }
        optimizer.state.pop(parameter, None)
        if moments:
            optimizer.state[parameter] = moments
