"""What captures show besides findings: how much of what, when, and how it fits the protocol."""
