"""What source code that uses the generated models must be changed for."""

from voxspec.breaking.source.compare import compare_source, merged

__all__ = ["compare_source", "merged"]
