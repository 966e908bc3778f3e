"""Best-of-n from a pool: n = 1 is the pool itself, more n more proxy, and KL within its bound."""

import math
from itertools import pairwise

import pytest
import torch

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.best_of_n_bound import best_of_n_kl_bound_nats
from looksgood.optimizers.best_of_n import BestOfN

PROXY = torch.randn(3, 8, generator=Seed(("proxy",)).torch())
GOLD = torch.randn(24, generator=Seed(("gold",)).torch())
NS = (1, 2, 4, 8)


def means(proxy=PROXY):
    return BestOfN.from_pool(proxy, NS).means({"gold": GOLD, "proxy": proxy.flatten()})


def test_the_best_of_one_is_the_mean_at_no_kl():
    one = means()[0]
    torch.testing.assert_close(one["gold"], GOLD.double().reshape(3, 8).mean(1))
    torch.testing.assert_close(one["kl"], torch.zeros(3, dtype=torch.float64))


def test_the_best_of_the_whole_pool_is_its_best():
    last = means()[-1]
    torch.testing.assert_close(last["proxy"], PROXY.double().max(1).values)
    best = GOLD.reshape(3, 8).gather(1, PROXY.argmax(1, keepdim=True))[:, 0]
    torch.testing.assert_close(last["gold"], best.double())


def test_more_to_choose_from_means_more_proxy_and_more_kl():
    found = means()
    for less, more in pairwise(found):
        assert (more["proxy"] > less["proxy"]).all()
        assert (more["kl"] > less["kl"]).all()


@pytest.mark.parametrize("tied", [False, True])
def test_kl_keeps_its_bound(tied):
    proxy = PROXY.round() if tied else PROXY
    for n, row in zip(NS, means(proxy), strict=True):
        assert (row["kl"] <= best_of_n_kl_bound_nats(n) + 1e-12).all()
        assert (row["kl"] <= math.log(8) + 1e-12).all()


def test_where_all_tie_nothing_is_chosen():
    for row in means(torch.ones(3, 8)):
        torch.testing.assert_close(row["kl"], torch.zeros(3, dtype=torch.float64))
        torch.testing.assert_close(row["gold"], GOLD.double().reshape(3, 8).mean(1))


def test_more_than_the_pool_holds_is_refused():
    with pytest.raises(TooFew, match="best of 9 cannot be told from 8"):
        BestOfN.from_pool(PROXY, (1, 9))
