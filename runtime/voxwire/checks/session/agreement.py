"""What the connection's address asked for, against what the server does (protocol section 1)."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs, urlsplit

from voxmodels.v1 import endpoint
from voxwire.checks.session.problems import SessionProblem

_COMPRESS: Final = "compress"


class Agreement:
    """The query of one connection. `url` is None when the capture does not have it."""

    def __init__(self, url: str | None) -> None:
        self._query: dict[str, list[str]] | None = None
        if url is not None:
            try:
                self._query = parse_qs(urlsplit(url).query, keep_blank_values=True)
            except ValueError:
                self._query = None
        asked = endpoint.PARAMETERS[_COMPRESS].values
        self.odd_kind: bool | None = None
        """Whether a binary server message is the odd one, or a text one; None when neither is, as
        the address is not known or the first odd one was reported."""
        if self._query is not None:
            self.odd_kind = self._query.get(_COMPRESS, []) != list(asked)

    def opened(self) -> list[SessionProblem]:
        """What is wrong with the query itself."""
        if not self._query:
            return []  # a proxy or log that did not keep the query, or a server that needs none
        problems = []
        for name, parameter in endpoint.PARAMETERS.items():
            for value in self._query.get(name, []):
                if value not in parameter.values:
                    known = " or ".join(parameter.values)
                    problems.append(
                        SessionProblem(
                            "ENDPOINT_QUERY",
                            None,
                            f"the address asks for {name}={value[:40]}; the protocol has {known}",
                        )
                    )
        return problems

    def server_message(self, *, binary: bool) -> SessionProblem | None:
        """A message of the server arrived; reports the first that is not of the agreed kind."""
        if binary is not self.odd_kind:
            return None
        self.odd_kind = None
        if binary:
            return SessionProblem(
                "COMPRESSION_UNASKED",
                None,
                "the server compresses although the address did not ask for it",
                f"only {_COMPRESS}={endpoint.PARAMETERS[_COMPRESS].values[0]} turns it on",
            )
        return SessionProblem(
            "COMPRESSION_MISSING",
            None,
            "the server sends plain text although the address asked for compression",
            "every server message is then a binary one",
        )
