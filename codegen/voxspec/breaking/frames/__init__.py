"""What is in frames, compared: every difference judged by frames that one revision writes and the other reads."""
