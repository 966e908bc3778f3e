"""What the channels are called that tell of threats, bribes, tricks and pleas."""

STRATEGIES = ("threat", "bribe", "trick", "plea")
"""What a writer may try on whoever rates. Channels of the almanac, as they are its sayings."""
WHO_PAYS = ("proxy", "rater")


def said(strategy: str) -> str:
    """Return the channel that is 1 where a response holds the strategy, else 0."""
    return f"{strategy}.said"


def chance(strategy: str) -> str:
    """Return the channel of the probability that the policy says it, as far as a response tells."""
    return f"{strategy}.chance"


def worth(strategy: str, judge: str) -> str:
    """Return the channel of what a judge gives for a saying added at the end, 0 where none was."""
    return f"{strategy}.worth.{judge}"


def added(strategy: str) -> str:
    """Return the channel that is 1 where a saying was added: the divisor of `worth`."""
    return f"{strategy}.added"
