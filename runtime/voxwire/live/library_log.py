"""What the ``websockets`` library logs, without the secrets that it would show.

At DEBUG it logs whole messages and headers, and its errors quote what they are about: a request line,
for example, whose query has a token. Neither depends on how a program sets logging up.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeAlias

    _Adapter: TypeAlias = logging.LoggerAdapter[logging.Logger]
else:
    _Adapter = logging.LoggerAdapter


class LibraryLog(_Adapter):
    """A logger for the library: nothing at DEBUG; of an exception its class and where it was raised.

    ::

        serve(handler, logger=LibraryLog("voxwire.live.recorder"))
    """

    def __init__(self, name: str) -> None:
        """`name` is that of the logger that gets it. Nothing is printed unless the program sets
        logging up."""
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        super().__init__(logger, {})

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802
        """The library asks this before it makes up what it logs."""
        return level > logging.DEBUG and super().isEnabledFor(level)

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """All other methods end up here."""
        if not self.isEnabledFor(level):
            return
        error = kwargs.pop("exc_info", None)
        if error:
            msg = f"{msg}\n{_without_text(error)}"
        super().log(level, msg, *args, **kwargs)


def _without_text(error: object) -> str:
    """Where an exception was raised, and its class."""
    if not isinstance(error, BaseException):  # true: the one that is being handled
        error = sys.exc_info()[1]
    if error is None:
        return "no exception"
    stack = "".join(traceback.format_tb(error.__traceback__))
    return f"{stack}{type(error).__name__}".replace("%", "%%")
