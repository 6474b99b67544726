"""The mock gateway itself: logins, sessions, connections, what is played, and the faults."""
