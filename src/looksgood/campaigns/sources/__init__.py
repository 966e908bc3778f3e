"""Where the pairs of a campaign come from; `source.draw` finds out what a name means.

In: a run folder, a world, a preference file, an audit's next labels, or a body to film. Out: pairs,
the same for equal settings, so that drawing them again adds nothing.
"""
