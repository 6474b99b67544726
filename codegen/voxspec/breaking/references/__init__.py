"""What a revision is compared with, found by what people call it: a folder, a git revision, …"""

from voxspec.breaking.references.errors import NothingEarlierError, ReferenceNotFoundError
from voxspec.breaking.references.find import find

__all__ = ["NothingEarlierError", "ReferenceNotFoundError", "find"]
