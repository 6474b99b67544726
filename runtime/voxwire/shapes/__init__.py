"""What JSON values look like, learned from the values alone: pure data, in bounded memory."""
