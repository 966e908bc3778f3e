"""Claims about the laws of over-optimisation, and what workers run where a sweep does not do."""
