"""The recorder notes every matrix product of a piece of work, and the replay runs just those."""

import pytest
import torch
import torch.nn.functional as F

from looksgood.bench.products import Product, ProductRecorder, replay


def recorded(work):
    with ProductRecorder() as recorder:
        work()
    return recorder.products


def shapes(products):
    return [(p.left[0], p.right[0]) for p in products]


def test_a_hand_made_module_is_counted_exactly():
    module = torch.nn.Sequential(
        torch.nn.Linear(3, 5), torch.nn.ReLU(), torch.nn.Linear(5, 2, bias=False)
    )
    products = recorded(lambda: module(torch.ones(7, 3)).sum().backward())
    assert sorted(shapes(products)) == sorted(
        [
            ((7, 3), (3, 5)),  # forward, first layer
            ((7, 5), (5, 2)),  # forward, second layer
            ((2, 7), (7, 5)),  # gradient of the second layer's weight
            ((7, 2), (2, 5)),  # gradient of its input
            ((5, 7), (7, 3)),  # gradient of the first weight; the input needs none
        ]
    )
    assert sum(p.flops for p in products) == 2 * 7 * (2 * 3 * 5 + 3 * 5 * 2)


def test_without_gradient_only_forward_products_are_there():
    module = torch.nn.Linear(3, 5)
    with torch.no_grad():
        products = recorded(lambda: module(torch.ones(2, 4, 3)))
    assert shapes(products) == [((8, 3), (3, 5))]
    assert products[0].right[1] == (1, 3)  # the weight is read transposed, as it lies


@pytest.mark.parametrize(
    "work",
    [
        lambda: torch.bmm(torch.ones(2, 3, 4), torch.ones(2, 4, 5)),
        lambda: torch.baddbmm(torch.ones(2, 3, 5), torch.ones(2, 3, 4), torch.ones(2, 4, 5)),
    ],
)
def test_batched_products_count_once_with_their_batch(work):
    products = recorded(work)
    assert shapes(products) == [((2, 3, 4), (2, 4, 5))]
    assert products[0].flops == 2 * 2 * 3 * 4 * 5


def test_attention_counts_two_products_forward_and_four_backward():
    query, key, value = (torch.randn(2, 3, n, 4, requires_grad=True) for n in (5, 6, 6))
    out = []
    forward = recorded(lambda: out.append(F.scaled_dot_product_attention(query, key, value)))
    assert shapes(forward) == [((6, 5, 4), (6, 4, 6)), ((6, 5, 6), (6, 6, 4))]
    backward = recorded(lambda: out[0].sum().backward())
    assert len(backward) == 4
    assert {p.flops for p in forward + backward} == {2 * 6 * 5 * 4 * 6}


def test_other_work_is_no_product():
    assert recorded(lambda: torch.ones(3, 4).mul(2).softmax(-1).sum()) == []


def test_the_replay_runs_each_product_once_and_nothing_else():
    module = torch.nn.Linear(3, 5)
    products = recorded(lambda: module(torch.ones(7, 3)).sum().backward())
    run = replay(products)
    assert recorded(run) == products


def test_equal_products_are_the_same_product():
    layout = ((2, 3), (3, 1))
    assert Product(layout, layout) == Product(layout, layout)
