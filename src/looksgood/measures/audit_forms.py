"""What the forms of an audit are called."""

FORMS = ("unpaired", "paired", "votes")
"""Scores of responses to different prompts, of both responses to one prompt, or votes."""
BESIDE = "beside.paired"
"""Paired checks against the truth, with many of the raters' scores beside them."""
