"""Where pairs come from (runs, worlds, files, clips), what the votes say, and a demonstration."""
