"""RLOO under a constraint: χ²'s gradient as trained with, and a multiplier that finds its point."""

import pytest
import torch

from looksgood.core.seeds import Seed
from looksgood.optimizers.constrained_spec import Chi2RLOOSpec, ProxyPointRLOOSpec
from looksgood.optimizers.spec import RLOOSpec
from tests.tiny import PROMPTS, SaysTea, tiny_policy

SEED = Seed(("constrained",))
SMALL = {"prompts": 8, "k": 4, "learning_rate": 1e-2, "beta": 0.05}


def weights_of(policy):
    return torch.cat([weight.detach().flatten() for weight in policy.model.parameters()])


@pytest.mark.parametrize("beta", [0.02, 0.2])
def test_chi2s_step_goes_down_the_exact_gradient(beta):
    """One token of one prompt, so that the vocabulary is all there is to say."""
    base = tiny_policy(response_tokens=1)
    spec = Chi2RLOOSpec(beta=beta, prompts=4, k=3000, max_grad_norm=1e9, most_charged=1e6)
    made = spec.build(base, SaysTea(), PROMPTS[:1], SEED)
    draw = SEED.child("away").torch()
    with torch.no_grad():
        for weight in made.policy.model.parameters():
            weight += 0.02 * torch.randn(weight.shape, generator=draw)
    said = base.sample(PROMPTS[:1], 1, SEED)
    ours, theirs = (
        policy.logits(policy.hidden(said))[0, 0].log_softmax(-1) for policy in (made.policy, base)
    )
    tea = torch.tensor(
        [word == "tea" for word in base.tokenizer.convert_ids_to_tokens(range(len(ours)))]
    )
    chi2 = (2 * ours - theirs.detach()).exp().sum() - 1
    objective = (ours.exp() * tea).sum() - beta * chi2
    exact = torch.autograd.grad(-objective, list(made.policy.model.parameters()), allow_unused=True)
    scalars = made.step()
    found = [weight.grad for weight in made.policy.model.parameters()]
    a, b = (
        torch.cat([g.flatten() for g, e in zip(grads, exact, strict=True) if e is not None])
        for grads in (found, exact)
    )
    assert float(a @ b / (a.norm() * b.norm())) > 0.99
    assert float(a.norm() / b.norm()) == pytest.approx(1, abs=0.1)
    assert scalars["chi2"] == pytest.approx(float(chi2.detach()), rel=1e-3)
    assert scalars["clamped"] == 0


def test_what_is_charged_has_an_end_and_the_share_that_meets_it_is_told(base):
    spec = Chi2RLOOSpec(**SMALL | {"beta": 0.5})
    assert 2 * spec.beta * torch.tensor(spec.log_ratio_cap).exp() == pytest.approx(10)
    assert Chi2RLOOSpec(beta=1000).log_ratio_cap == 1
    assert Chi2RLOOSpec(beta=0).log_ratio_cap > 10
    made = Chi2RLOOSpec(**SMALL | {"beta": 5.0}).build(base, SaysTea(), PROMPTS, SEED)
    with torch.no_grad():
        for weight in made.policy.model.parameters():
            weight *= 1.5
    assert 0 < made.step()["clamped"] <= 1


def test_a_point_that_is_never_reached_leaves_rloo_as_it_is(base):
    free = RLOOSpec(**SMALL).build(base, SaysTea(), PROMPTS, SEED)
    held = ProxyPointRLOOSpec(**SMALL, proxy_point=2.0).build(base, SaysTea(), PROMPTS, SEED)
    for _ in range(3):
        free.step()
        assert held.step()["multiplier"] == 1
    assert torch.equal(weights_of(free.policy), weights_of(held.policy))


def test_the_weight_falls_beyond_the_point_and_the_mean_stays_near_it(base):
    settings = {**SMALL, "prompts": 24, "steps": 40, "multiplier_rate": 1.0, "beta": 0.2}
    free = RLOOSpec(**{k: v for k, v in settings.items() if k != "multiplier_rate"}).build(
        base, SaysTea(), PROMPTS, SEED
    )
    held = ProxyPointRLOOSpec(**settings, proxy_point=0.6).build(base, SaysTea(), PROMPTS, SEED)
    ways = [[made.step() for _ in range(40)] for made in (free, held)]
    last = [sum(step["proxy"] for step in way[-10:]) / 10 for way in ways]
    assert last[0] > 0.85
    assert last[1] == pytest.approx(0.6, abs=0.15)
    assert ways[1][-1]["multiplier"] < 0.9


def test_the_weight_is_part_of_what_is_kept(base):
    made = ProxyPointRLOOSpec(**SMALL, proxy_point=-1.0).build(base, SaysTea(), PROMPTS, SEED)
    made.step()
    kept = made.state()
    assert 0 <= float(kept["multiplier"]) < 1
    other = ProxyPointRLOOSpec(**SMALL, proxy_point=-1.0).build(base, SaysTea(), PROMPTS, SEED)
    other.restore(kept)
    assert other.step() == made.step()
