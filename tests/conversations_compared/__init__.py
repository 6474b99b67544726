"""What comparing two ways in which a conversation may go finds, judged by conversations."""
