"""looksgood: RLHF with a ground truth above its raters."""

__version__ = "0.1.0"
