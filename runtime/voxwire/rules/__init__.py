"""What findings name: every rule, with its meaning, whose mistake it is, and an example."""
