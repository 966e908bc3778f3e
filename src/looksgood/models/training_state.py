"""What a resumed fit needs of a network: weights and the optimizer's moments, as named tensors."""

from collections.abc import Mapping

from torch import Tensor, nn, optim


def training_state(network: nn.Module, optimizer: optim.Optimizer) -> dict[str, Tensor]:
    """Return copies of `weights.<name>` and `moments.<name>.<part>`; untouched weights have none.

    Every part of the optimizer's state must be a tensor, as in torch's Adam and AdamW.
    """
    state = {f"weights.{name}": p.detach().clone() for name, p in network.named_parameters()}
    for name, parameter in network.named_parameters():
        for part, value in optimizer.state.get(parameter, {}).items():
            state[f"moments.{name}.{part}"] = value.detach().clone()
    return state


def restore_training(
    network: nn.Module, optimizer: optim.Optimizer, state: Mapping[str, Tensor]
) -> None:
    """Put back what `training_state` returned; `state` may hold more."""
    for name, parameter in network.named_parameters():
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
