"""WebSocket connections in streams of bytes, wherever those come from: packets, or the log of a browser."""
