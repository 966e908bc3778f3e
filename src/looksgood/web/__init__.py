"""The rating page: a door. It shows pairs and hands votes on; it holds no gold, computes nothing."""
