"""What the first message of a client is answered with, whatever it holds: as by the real server.

A row is a text, and the type of the answer or the code of the close.
"""

from __future__ import annotations

import pytest
from websockets.asyncio.client import connect

from tests.voxwire_live.mocked import MESSAGE, mocked, run
from tests.voxwire_live.raw_client import FALSE, KINDS, message, raw_client
from voxmodels.v1 import registry

Answer = str | int

DECODE_ERROR, UNKNOWN, NOT_AUTHENTICATED, AUTH_FAILED = 4002, 4000, 4003, 4004
ALREADY, EXPIRED, EXHAUSTED, VERSION = 4005, 4009, 4010, 4011

NO_FRAMES: dict[str, tuple[str | bytes, Answer]] = {
    "nothing": ("", DECODE_ERROR),
    "no JSON": ("hello there", DECODE_ERROR),
    "half of it": ('{"type":"identify"', DECODE_ERROR),
    "two at once": ('{"type":"heartbeat"}{}', DECODE_ERROR),
    "a byte order mark": ('\ufeff{"type":"heartbeat"}', DECODE_ERROR),
    "a control character": ('{"type":"a\tb"}', DECODE_ERROR),
    "a number of 5000 digits": ('{"type":' + "1" * 5000 + "}", DECODE_ERROR),
    "an array": ("[]", UNKNOWN),
    "a message in an array": ('[{"type":"identify","d":{"token":"x"}}]', UNKNOWN),
    "null": ("null", UNKNOWN),
    "a number": ("7", UNKNOWN),
    "a text": ('"identify"', UNKNOWN),
    "a binary message": (b'{"type":"identify","d":{"token":"x"}}', UNKNOWN),
    "an empty binary message": (b"", UNKNOWN),
    "endless nesting": ('{"type":"x","d":' + "[" * 5000 + "]" * 5000 + "}", UNKNOWN),
    "no type": ("{}", NOT_AUTHENTICATED),
}

OTHER_TYPES = {
    **{name: f'{{"type":{text}}}' for name, text in KINDS.items()},
    **{info.type: message(info.type, "{}") for info in registry.CLIENT.values()},
    "ready": message("ready", "{}"),
    "IDENTIFY": message("IDENTIFY", '{"token":"x"}'),
    "identify with a space": message("identify ", '{"token":"x"}'),
    "typing with d that is no object": message("typing", '"x"'),
}
"""First messages that are neither identify nor resume."""
del OTHER_TYPES["identify"], OTHER_TYPES["resume"]

IDENTIFIES: dict[str, tuple[str, Answer]] = {
    **{
        f"d {kind}": (message("identify", text), AUTH_FAILED if kind in FALSE else UNKNOWN)
        for kind, text in KINDS.items()
        if kind != "keys"
    },
    "d with other keys": (message("identify", '{"a":1}'), AUTH_FAILED),
    "no d": ('{"type":"identify"}', AUTH_FAILED),
    **{
        f"token {kind}": (
            message("identify", f'{{"token":{text}}}'),
            AUTH_FAILED if kind in FALSE else "ready" if kind in ("text", "surrogate") else UNKNOWN,
        )
        for kind, text in KINDS.items()
    },
    **{
        f"capabilities {kind}": (
            message("identify", f'{{"token":"x","capabilities":{text}}}'),
            "ready",
        )
        for kind, text in KINDS.items()
    },
    **{
        f"seq {kind}": (f'{{"type":"identify","seq":{text},"d":{{"token":"x"}}}}', "ready")
        for kind, text in KINDS.items()
    },
    "an unknown key": (message("identify", '{"token":"x","a":NaN}'), "ready"),
    "the last of two tokens counts": (message("identify", '{"token":"","token":"x"}'), "ready"),
    "and so does the empty one": (message("identify", '{"token":"x","token":""}'), AUTH_FAILED),
    "the last of two types counts": (
        '{"type":"typing","type":"identify","d":{"token":"x"}}',
        "ready",
    ),
    "1.5 MB": (message("identify", f'{{"token":"x","a":"{"x" * 1_500_000}"}}'), "ready"),
}

VERSIONS: dict[str, Answer] = {
    "1": "ready",
    "1.0": "ready",
    "true": "ready",
    "NaN": "ready",  # it is neither below nor above
    **dict.fromkeys(
        ["0", "2", "-1", "1.5", "0.5", "false", "1099511627776", "1e400", "-1e400"], VERSION
    ),
    **dict.fromkeys(['"1"', "null", '""', "[]", "[1]", "{}", '{"a":1}'], UNKNOWN),
}

LAST_SEQS: dict[str, Answer] = {
    # The session has sent ready, a presence_update and two times member_leave: 1 to 4.
    "1": "presence_update",
    "1.5": "presence_update",
    "true": "presence_update",
    "2": "member_leave",
    "3": "member_leave",
    **dict.fromkeys(["4", "5", "4.0", "9223372036854775808", "1e400", "NaN"], "resumed"),
    **dict.fromkeys(["0", "-1", "0.5", "false", "-1e400"], EXHAUSTED),
    **dict.fromkeys(['"1"', "null", '""', "[]", "[1]", "{}", '{"a":1}'], UNKNOWN),
}

RESUMES: dict[str, tuple[str, Answer]] = {
    # SESSION is the session of the user with the token "one".
    **{
        f"d {kind}": (message("resume", text), AUTH_FAILED if kind in FALSE else UNKNOWN)
        for kind, text in KINDS.items()
        if kind != "keys"
    },
    "no d": ('{"type":"resume"}', AUTH_FAILED),
    **{
        f"token {kind}": (
            message("resume", f'{{"token":{text},"session_id":"SESSION","last_seq":1}}'),
            AUTH_FAILED if kind in (*FALSE, "text", "surrogate") else UNKNOWN,
        )
        for kind, text in KINDS.items()
    },
    **{
        f"session_id {kind}": (
            message("resume", f'{{"token":"one","session_id":{text},"last_seq":1}}'),
            AUTH_FAILED if kind in FALSE else UNKNOWN if kind in ("items", "keys") else EXPIRED,
        )
        for kind, text in KINDS.items()
    },
    "no token": (message("resume", '{"session_id":"SESSION","last_seq":1}'), AUTH_FAILED),
    "no session_id": (message("resume", '{"token":"one","last_seq":1}'), AUTH_FAILED),
    "no last_seq counts as 0": (
        message("resume", '{"token":"one","session_id":"SESSION"}'),
        EXHAUSTED,
    ),
    "the token of another user": (
        message("resume", '{"token":"two","session_id":"SESSION","last_seq":1}'),
        AUTH_FAILED,
    ),
    "a session that nobody has": (
        message("resume", '{"token":"one","session_id":"sess_0","last_seq":null}'),
        EXPIRED,
    ),
    "seq and unknown keys": (
        '{"seq":[],"type":"resume","d":{"token":"one","session_id":"SESSION","last_seq":4,"a":1}}',
        "resumed",
    ),
}


def answered(text: str | bytes, answer: Answer) -> None:
    """Whether a first message gets this answer from a gateway on which user one has a session."""

    async def test() -> None:
        async with (
            mocked() as setup,
            raw_client(setup, "one") as first,
            raw_client(setup, "two"),
            raw_client(setup) as plain,
        ):
            for _ in range(2):
                setup.gateway.send(MESSAGE)
            named = text.replace("SESSION", first.session_id) if isinstance(text, str) else text
            assert await plain.first_answer(named) == answer
            assert not isinstance(await first.answers(), int)
            assert setup.gateway.failures == []

    run(test())


@pytest.mark.parametrize("name", NO_FRAMES)
def test_what_is_no_message(name: str) -> None:
    answered(*NO_FRAMES[name])


@pytest.mark.parametrize("name", OTHER_TYPES)
def test_any_other_type_comes_too_early(name: str) -> None:
    answered(OTHER_TYPES[name], NOT_AUTHENTICATED)


@pytest.mark.parametrize("name", IDENTIFIES)
def test_identify(name: str) -> None:
    answered(*IDENTIFIES[name])


@pytest.mark.parametrize("version", VERSIONS)
def test_protocol_version(version: str) -> None:
    text = message("identify", f'{{"token":"x","protocol_version":{version}}}')
    answered(text, VERSIONS[version])


@pytest.mark.parametrize("name", RESUMES)
def test_resume(name: str) -> None:
    answered(*RESUMES[name])


@pytest.mark.parametrize("last_seq", LAST_SEQS)
def test_last_seq(last_seq: str) -> None:
    d = f'{{"token":"one","session_id":"SESSION","last_seq":{last_seq}}}'
    answered(message("resume", d), LAST_SEQS[last_seq])


@pytest.mark.parametrize(
    ("compress", "is_compressed"),
    [
        ("", False),
        ("&compress=zstd", True),
        ("&compress=none&compress=zstd", True),
        ("&compress=zstd&compress=none", False),
        ("&compress=zstd&compress=", False),
    ],
)
@pytest.mark.parametrize("query", ["v=1&encoding=json", "", "v=9", "encoding=etf"])
def test_only_the_last_compress_matters_in_the_query(
    query: str, compress: str, is_compressed: bool
) -> None:
    async def test() -> None:
        url = f"/gateway?{query}{compress}"
        async with mocked() as setup, connect(setup.gateway.address + url) as socket:
            assert isinstance(await socket.recv(), bytes if is_compressed else str)

    run(test())
