"""The client that stays connected: ``voxwire.live.connect`` and ``voxwire listen``."""
