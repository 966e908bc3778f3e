"""Studies of bodies that learn from comparisons of clips: ball and camera, grasping, reaching."""
