"""PPO by `stable-baselines3`, for bodies: which of its settings are ours."""

from stable_baselines3 import PPO

from looksgood.core.control import ControlWorld
from looksgood.core.seeds import Seed
from looksgood.optimizers.control_spec import ControlPPOSpec
from looksgood.optimizers.on_policy import OnPolicyTrainer, policy_kwargs


def ppo_control(spec: ControlPPOSpec, world: ControlWorld, seed: Seed) -> OnPolicyTrainer:
    """Return a trainer at step 0."""
    algorithm = PPO(
        "MlpPolicy",
        env=None,  # type: ignore[arg-type]  # as SB3's own load(): we run the episodes
        learning_rate=spec.learning_rate,
        n_steps=world.steps,
        batch_size=spec.batch,
        n_epochs=spec.epochs,
        gamma=spec.gamma,
        gae_lambda=spec.lam,
        clip_range=spec.clip,
        vf_coef=spec.value_weight,
        max_grad_norm=spec.max_grad_norm,
        target_kl=spec.target_kl or None,
        policy_kwargs=policy_kwargs(spec),
        device="cpu",
        _init_setup_model=False,
    )
    return OnPolicyTrainer(algorithm, spec, world, seed)
