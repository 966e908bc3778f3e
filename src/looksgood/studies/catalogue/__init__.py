"""The catalogue: one study per file, as data."""
