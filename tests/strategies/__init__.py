"""The generated strategies: what they offer, what they draw, and that their near misses miss."""
