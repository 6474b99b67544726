"""What is Vox's own in the mock gateway: its users, what it relays, and its random events."""
