"""The matrix products of a piece of work: record them, then run them alone.

What is left out of the replay is everything else a step does: attention's softmax, norms,
activations, drawing, the optimizer, Python. So its time is a limit that no rewriting of those can
pass. Inputs and outputs are allocated beforehand; each product keeps its shapes and strides.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

Layout = tuple[tuple[int, ...], tuple[int, ...]]
"""Sizes and strides."""

_BIASED = {"aten::addmm": "aten::mm", "aten::baddbmm": "aten::bmm"}
_ATTENTION = "aten::_scaled_dot_product"


@dataclass(frozen=True, slots=True)
class Product:
    """One (batched) matrix product, and the layouts of its two factors."""

    left: Layout
    right: Layout

    @property
    def flops(self) -> int:
        """Multiplications and additions."""
        return 2 * math.prod(self.left[0]) * self.right[0][-1]


class ProductRecorder(TorchDispatchMode):
    """Within it, every product that PyTorch runs is noted, those of backward passes included.

    Attention counts as its two products; its backward pass as the four that give the gradients
    (a kernel that computes the scores again does so to save memory, not because it must).
    """

    def __init__(self) -> None:
        super().__init__()
        self.products: list[Product] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        """Note the call and run it."""
        del types
        name = func.name().split(".")[0]
        if name in _BIASED:
            self._note(args[1], args[2])
        elif name in ("aten::mm", "aten::bmm"):
            self._note(args[0], args[1])
        elif name.startswith(_ATTENTION):
            self._note_attention(args, backward="backward" in name)
        return func(*args, **(kwargs or {}))

    def _note(self, left: Tensor, right: Tensor) -> None:
        self.products.append(Product(_layout(left), _layout(right)))

    def _note_attention(self, args: tuple, *, backward: bool) -> None:
        query, key, value = args[1:4] if backward else args[0:3]
        n, heads, queries, width = query.shape
        keys, out_width = key.shape[2], value.shape[3]
        shapes = [
            ((queries, width), (width, keys)),  # scores
            ((queries, keys), (keys, out_width)),  # out
        ]
        if backward:
            shapes = [
                ((keys, queries), (queries, out_width)),  # to values
                ((queries, out_width), (out_width, keys)),  # to attention weights
                ((queries, keys), (keys, width)),  # to queries
                ((keys, queries), (queries, width)),  # to keys
            ]
        for left, right in shapes:
            batch = n * heads
            self.products.append(Product(_packed((batch, *left)), _packed((batch, *right))))


def replay(products: list[Product]) -> Callable[[], None]:
    """Return a function that runs the products, in order, on tensors made beforehand."""
    made: dict[Product, Callable[[], object]] = {}
    for product in products:
        if product not in made:
            made[product] = _runner(product)
    calls = [made[product] for product in products]

    def run() -> None:
        for call in calls:
            call()

    return run


def _runner(product: Product) -> Callable[[], object]:
    left, right = _filled(product.left), _filled(product.right)
    multiply = torch.mm if left.dim() == 2 else torch.bmm
    out = multiply(left, right)
    return lambda: multiply(left, right, out=out)


def _filled(layout: Layout) -> Tensor:
    sizes, strides = layout
    tensor = torch.empty_strided(sizes, strides)
    return tensor.fill_(0.5)


def _layout(tensor: Tensor) -> Layout:
    return tuple(tensor.shape), tuple(tensor.stride())


def _packed(sizes: tuple[int, ...]) -> Layout:
    strides = [math.prod(sizes[i + 1 :]) for i in range(len(sizes))]
    return sizes, tuple(strides)
