"""Studies of rater exploitation in which a panel of raters looks on at every checkpoint."""
