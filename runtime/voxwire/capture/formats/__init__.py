"""The formats that captures are read from, one in each module."""
