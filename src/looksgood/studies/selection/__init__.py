"""Studies that select from one pool of base samples and train nothing: best-of-n, KL-optimal."""
