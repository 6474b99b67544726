"""What the connection's address asked for, against what the server does (protocol section 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from voxwire.checks.findings import Finding
from voxwire.rules.agreement import COMPRESSION_MISSING, COMPRESSION_UNASKED, ENDPOINT_QUERY

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol


class Agreement:
    """The query of one connection. `url` is None when the capture does not have it."""

    def __init__(self, url: str | None, protocol: AnyProtocol) -> None:
        self._parameters: Final = protocol.endpoint.parameters
        self._compression: Final = protocol.session.compression
        self._query: dict[str, list[str]] | None = None
        if url is not None:
            try:
                self._query = parse_qs(urlsplit(url).query, keep_blank_values=True)
            except ValueError:
                self._query = None
        self.odd_kind: bool | None = None
        """Whether a binary server message is the odd one, or a text one; None when neither is, as
        the address or its query is not known."""
        if self._query and self._compression is not None:
            # Without any query, a proxy or log did not keep it: every client gives the version.
            # The server takes the last value of a parameter that is given twice.
            asked = self._query.get(self._compression.parameter, [""])[-1]
            self.odd_kind = asked not in self._compression.values

    def opened(self) -> list[Finding]:
        """What is wrong with the query itself."""
        if not self._query:
            return []  # a proxy or log that did not keep the query, or a server that needs none
        findings = []
        for name, parameter in self._parameters.items():
            values = self._query.get(name, [])
            if values and values[-1] not in parameter.values:
                known = " or ".join(parameter.values)
                findings.append(
                    Finding.of(
                        ENDPOINT_QUERY,
                        f"the address asks for {name}={values[-1][:40]}; the protocol has {known}",
                        "of a parameter that is given twice, the last value counts"
                        if len(values) > 1
                        else "",
                    )
                )
        return findings

    def server_message(self, *, binary: bool) -> Finding | None:
        """A message of the server arrived: is it of the agreed kind?"""
        if binary is not self.odd_kind or self._compression is None:
            return None
        if binary:
            only = [f"{self._compression.parameter}={value}" for value in self._compression.values]
            return Finding.of(
                COMPRESSION_UNASKED,
                "the server compresses although the address did not ask for it",
                f"only {' or '.join(only)} turns it on",
            )
        return Finding.of(
            COMPRESSION_MISSING,
            "the server sends plain text although the address asked for compression",
            "every server message is then a binary one",
        )
