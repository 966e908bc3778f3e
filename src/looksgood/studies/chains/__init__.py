"""Studies of policies trained one after another: design loops, and generations of judges."""
