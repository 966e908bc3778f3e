"""TRPO by `sb3-contrib`: which of its settings are ours."""

from sb3_contrib import TRPO

from looksgood.core.control import ControlWorld
from looksgood.core.seeds import Seed
from looksgood.optimizers.control_spec import TRPOSpec
from looksgood.optimizers.on_policy import OnPolicyTrainer, policy_kwargs


def trpo(spec: TRPOSpec, world: ControlWorld, seed: Seed) -> OnPolicyTrainer:
    """Return a trainer at step 0.

    Its `sub_sampling_factor` thins out all that the policy's update sees, not the Fisher matrix
    alone; the critic sees every frame.
    """
    algorithm = TRPO(
        "MlpPolicy",
        env=None,  # type: ignore[arg-type]  # as SB3's own load(): we run the episodes
        learning_rate=spec.critic_learning_rate,
        n_steps=world.steps,
        batch_size=spec.critic_batch,
        gamma=spec.gamma,
        gae_lambda=spec.lam,
        n_critic_updates=spec.critic_epochs,
        target_kl=spec.target_kl,
        sub_sampling_factor=spec.sub_sampling,
        policy_kwargs=policy_kwargs(spec),
        device="cpu",
        _init_setup_model=False,
    )
    return OnPolicyTrainer(algorithm, spec, world, seed)
