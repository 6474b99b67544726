"""What generated models and validators are built on: copied beside the versions of a package."""
