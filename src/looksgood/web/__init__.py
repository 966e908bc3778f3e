"""The rating page: doors. It shows pairs and hands votes on; it computes nothing."""
