"""How the session's page puts things: messages and stand-ins, reactions, numbers with their units."""

from __future__ import annotations

from voxspec.model import Direction, Message
from voxspec.model.session import Close, Ignored, Number, Reaction, StandIn, Subject
from voxspec.targets.docs.markdown import Markdown, anchor, code, prose
from voxspec.targets.docs.site import CLOSE_CODES, SESSION, Site

Row = tuple[Markdown, ...]
"""The cells of a line of a table."""

OTHER: dict[Direction, Direction] = {"client": "server", "server": "client"}
"""Who receives what a side sends."""

NOTHING = Markdown("–")


class Words:
    """The words of one page, with links to other pages."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.link = site.names(SESSION)

    def subject(self, subject: Subject) -> Markdown:
        match subject:
            case StandIn(kind="sequenced"):
                return Markdown("every other numbered message")
            case StandIn():
                return Markdown("every other message")
        return self.message(subject)

    def message(self, message: Message) -> Markdown:
        return self.site.message_link(SESSION, message)

    def reaction(self, reaction: Reaction, receiver: Direction) -> Markdown:
        if isinstance(reaction, Ignored):
            return Markdown(f"the {receiver} passes over it")
        return Markdown(f"the {receiver} closes with {self.close(reaction)}")

    def close(self, close: Close) -> Markdown:
        if isinstance(close.code, int):
            shown = code(str(close.code))
        else:
            page = self.site.page(SESSION, CLOSE_CODES)
            shown = Markdown(f"{anchor(code(str(close.code.code)), page)} {code(close.code.name)}")
        if close.reason is None:
            return shown
        return Markdown(f"{shown} and the reason {code(close.reason)}")


def quantity(number: Number) -> Markdown:
    """``30 s``, ``1000 messages``, ``1 message``."""
    value = number.value
    is_one = value == 1 and number.seconds is None
    unit = number.unit.removesuffix("s") if is_one else number.unit
    return Markdown(f"{value if isinstance(value, int) else f'{value:g}'} {prose(unit)}")
