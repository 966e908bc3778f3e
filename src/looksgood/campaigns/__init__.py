"""Where pairs come from (runs, worlds, files, clips), and what the votes of a campaign say."""
