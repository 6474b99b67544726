"""What the other files of a schema say about the conversation: taken from session.yaml, too.

Descriptions and notes of messages and close codes, and pages, hold paths into it in braces, so that a
number or a code is written down once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from voxspec.findings import Findings
from voxspec.load.session.lookup import Data, Lookup
from voxspec.load.session.prose import Prose
from voxspec.load.session.roles import resolve_roles
from voxspec.load.source import Source
from voxspec.model import Area, CloseCode, Message, Page, Protocol, Record


def fill_texts(
    session: Source,
    protocol_source: Source,
    close_codes: Source | None,
    areas: Iterable[tuple[Source, Area]],
    protocol: Protocol,
    findings: Findings,
) -> Protocol:
    """``protocol`` with the texts that people read filled in; a path that leads nowhere is a finding."""
    lookup = Lookup(session, protocol, Findings())
    resolve_roles(lookup)  # what is wrong there is said when the conversation is resolved
    lookup.findings = findings
    texts = _Texts(Prose(lookup, cast(Data, protocol_source.data)))
    codes = protocol.close_codes
    return replace(
        protocol,
        pages=tuple(texts.page(page, protocol_source) for page in protocol.pages),
        close_codes=tuple(texts.code(code, close_codes) for code in codes)
        if close_codes
        else codes,
        areas=tuple(
            replace(area, messages=tuple(texts.message(m, source) for m in area.messages))
            for source, area in areas
        ),
    )


class _Texts:
    def __init__(self, prose: Prose) -> None:
        self._prose = prose

    def page(self, page: Page, source: Source) -> Page:
        return replace(page, body=self._filled(page.body, source, "pages", page.name, "body"))

    def code(self, code: CloseCode, source: Source) -> CloseCode:
        path = ("close_codes", str(code.code))
        return replace(
            code,
            description=self._filled(code.description, source, *path, "description"),
            note=self._note(code.note, source, *path, "note"),
            reasons=tuple(
                replace(
                    entry,
                    description=self._filled(
                        entry.description, source, *path, "reasons", entry.reason, "description"
                    ),
                )
                for entry in code.reasons
            ),
        )

    def message(self, message: Message, source: Source) -> Message:
        path = ("messages", message.text)
        description = self._filled(message.description, source, *path, "description")
        payload = message.payload
        if isinstance(payload, Record) and payload.description == message.description:
            payload = replace(payload, description=description)  # of its own it has none
        return replace(
            message,
            description=description,
            payload=payload,
            note=self._note(message.note, source, *path, "note"),
        )

    def _filled(self, text: str, source: Source, *path: str) -> str:
        return self._prose.filled(text, source, path)

    def _note(self, text: str | None, source: Source, *path: str) -> str | None:
        return None if text is None else self._filled(text, source, *path)
