"""What can be drawn from shapes and messages: copied beside the strategies of a version."""
