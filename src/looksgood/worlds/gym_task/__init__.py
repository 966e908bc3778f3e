"""A task of gymnasium as a ControlWorld: learned honestly, from comparisons of its true return."""
