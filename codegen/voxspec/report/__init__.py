"""What the commands found, for people, programs and code reviews: a module for each format."""
