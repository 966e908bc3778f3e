"""r̂ of clips: a reward for each frame, fitted to comparisons of short pieces of episodes.

In: two sides of clips and what raters chose. Out: a FrameReward (looksgood.core.control). In
controls the same place is taken by a random reward or by the truth, which is handed in.
"""
