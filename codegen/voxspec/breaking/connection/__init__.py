"""What holds for a whole connection, compared: the envelope, the endpoint, close codes, limits, the version."""

from voxspec.breaking.connection.compare import compare_connections, version_bumped

__all__ = ["compare_connections", "version_bumped"]
