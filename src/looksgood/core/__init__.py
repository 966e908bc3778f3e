"""The nouns every stage shares: errors, seeds, settings, records, protocols."""
