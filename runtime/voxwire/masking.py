"""Keeps secrets out of everything that is shown.

The validators mask the values of fields that the schema calls secret. This is the second net, for
text that comes from anywhere else: a token used as a key, as a message type, as a close reason.
"""

import re
from typing import Final

MASK: Final = "***"

_SECRETS: Final = re.compile(
    r"(vox_[a-z]{1,16}_)[\w-]{4,}"  # login and bot tokens: vox_sess_…
    r"|(sess_)[0-9A-Za-z]{8,}"  # session ids
    r"|(pair_)[\w-]{8,}"  # device pairing ids
)


def mask_secrets(text: str) -> str:
    """`text` with everything that looks like a token or session id masked.

    >>> mask_secrets("unknown field vox_sess_46KiE4r-YgW9")
    'unknown field vox_sess_***'
    """
    if "vox_" not in text and "sess_" not in text and "pair_" not in text:
        return text
    return _SECRETS.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    prefix = next(group for group in match.groups() if group is not None)
    return prefix + MASK
