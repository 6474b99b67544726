"""The recorder: a proxy between clients and a server, and what it writes down."""
