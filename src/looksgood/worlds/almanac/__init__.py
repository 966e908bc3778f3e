"""The embedded world: small English, generated from a seed, in which every fact is known."""
