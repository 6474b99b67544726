"""All formats that captures are read from. To add one, write its module here and name it below."""

from typing import Final

from voxwire.capture.formats.cdp import CDP
from voxwire.capture.formats.format import CaptureFormat, Likelihood
from voxwire.capture.formats.har import HAR
from voxwire.capture.formats.lines import LINES
from voxwire.capture.formats.mitmproxy import MITMPROXY
from voxwire.capture.formats.native import NATIVE
from voxwire.capture.formats.netlog import NETLOG
from voxwire.capture.formats.packets import PACKETS
from voxwire.capture.formats.playwright_trace import PLAYWRIGHT_TRACE
from voxwire.capture.formats.tshark import TSHARK
from voxwire.capture.formats.tshark_raw import TSHARK_RAW
from voxwire.capture.formats.websocat import WEBSOCAT
from voxwire.capture.formats.websocat_raw import WEBSOCAT_RAW
from voxwire.capture.formats.websocket_client import WEBSOCKET_CLIENT
from voxwire.capture.formats.websockets import WEBSOCKETS
from voxwire.capture.formats.wscat import WSCAT
from voxwire.capture.formats.wsdump import WSDUMP

FORMATS: Final[tuple[CaptureFormat, ...]] = (
    NATIVE,
    PACKETS,
    HAR,
    PLAYWRIGHT_TRACE,
    CDP,
    NETLOG,
    MITMPROXY,
    TSHARK_RAW,
    WEBSOCAT_RAW,
    TSHARK,
    WEBSOCKETS,
    WEBSOCKET_CLIENT,
    WSDUMP,
    WEBSOCAT,
    WSCAT,
    LINES,
)
"""In the order in which they are asked and people are told of them. Files with a magic number come first,
as they may hold whatever other formats are known by."""

BY_NAME: Final = {format_.name: format_ for format_ in FORMATS}

DIRECTED: Final = tuple(format_.name for format_ in FORMATS if format_.takes_direction)
"""Those of which a user may say which way frames went."""


def sure_format(start: bytes) -> CaptureFormat | None:
    """The format that a file which begins like this has for certain, other than the native one, which is
    known by its lines."""
    return _of_likelihood(start, Likelihood.SURE)


def likely_format(start: bytes) -> CaptureFormat | None:
    """The format that a file may have in which nothing else was found."""
    return _of_likelihood(start, Likelihood.MAYBE)


def _of_likelihood(start: bytes, likelihood: Likelihood) -> CaptureFormat | None:
    return next(
        (one for one in FORMATS if one is not NATIVE and one.probe(start) is likelihood), None
    )
