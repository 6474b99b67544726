"""What two revisions differ in, for people, for programs and for code reviews."""

from voxspec.breaking.report.formats import FORMATS, Format

__all__ = ["FORMATS", "Format"]
