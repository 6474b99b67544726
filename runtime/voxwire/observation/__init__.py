"""What captured traffic says of a protocol: its envelope, its messages, and what they look like."""
