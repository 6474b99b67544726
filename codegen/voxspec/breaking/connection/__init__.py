"""What holds for a whole connection, compared: the envelope, the endpoint, close codes, limits, the version."""

from voxspec.breaking.connection.capabilities import told_of_capabilities
from voxspec.breaking.connection.compare import compare_connections, version_bumped
from voxspec.breaking.connection.envelope import envelope as compare_envelopes

__all__ = ["compare_connections", "compare_envelopes", "told_of_capabilities", "version_bumped"]
