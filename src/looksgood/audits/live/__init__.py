"""While a run goes on: what records it, what scores the truth beside it, and what watches it.

`record` wraps a reward function of TRL, OpenRLHF or verl; `gold_reward` is the truth as a reward
function of weight 0; `trl.watch` looks at a TRL run step by step; `reward_server` records what
goes over HTTP. None of them may break the training that it looks at.
"""

from looksgood.audits.live.gold import gold_reward
from looksgood.audits.live.recorder import record

__all__ = ["gold_reward", "record"]
