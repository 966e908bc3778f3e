"""What the columns are called that tell of the judges of successors."""

AS_PEOPLE = "channel.judge_as_people"
"""Share of pairs of base responses in which the judge prefers the one that people do."""
AS_TRUTH = "channel.judge_as_truth"
"""Share of them in which it prefers the one that is better in truth."""
