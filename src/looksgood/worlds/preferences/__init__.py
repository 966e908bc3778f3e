"""Anybody's human comparisons as a world: real prompts and responses, and no ground truth."""
