"""What the real server does stands in the generated documents and constants, where people look."""

from pathlib import Path

import pytest

from voxmodels.v1 import CloseCode, ErrorCode, client, limits, registry, server, validate

DOCS = Path(__file__).parents[2] / "generated" / "docs" / "v1"


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def test_limits() -> None:
    assert (limits.REPLAY_BUFFER, limits.REPLAY_REACH) == (1000, 999)
    assert (limits.SESSION_LIFETIME, limits.SESSIONS_PER_USER) == (300, 5)
    assert (limits.CONNECTIONS_PER_ADDRESS, limits.MESSAGE_RATE) == (10, 120)
    assert (limits.BODY_PREVIEW_LENGTH, limits.REACTION_PREVIEW_LENGTH) == (100, 255)
    assert (limits.ACTIVITY_JSON_LENGTH, limits.CUSTOM_STATUS_LENGTH) == (512, 128)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("session.md", "numbers and keeps nothing for a session that has no connection"),
        ("session.md", "300 seconds from identify or from the last resume"),
        ("session.md", "at most 999 can be missing"),
        ("session.md", "leaves both open, and both get every message"),
        ("disagreements.md", "The official server never enforces it"),
        ("disagreements.md", "Published pages promise that a resumed client misses nothing."),
        ("disagreements.md", "it cuts it to this length"),
        ("endpoint.md", "Given twice, the last one counts."),
        ("endpoint.md", "HTTP 403"),
        ("client/presence.md", "and takes online when there is none"),
        ("server/presence.md", "After ready an invisible user comes as offline, with the custom status."),
        ("server/notifications.md", "up to 255 characters and is not cut"),
        ("pages/relayed-values.md", "The client that sent such a value is wrong"),
        ("pages/odd-input.md", "| a negative last_seq | close 4010 |"),
        ("pages/odd-input.md", "| a first frame that is an array, or binary | close 4000 |"),
    ],
)  # fmt: skip
def test_pages_say_it(name: str, said: str) -> None:
    assert said in page(name)


@pytest.mark.parametrize("payload", [server.TypingStart, client.Typing])
def test_typing_reaches_everybody(payload: type) -> None:
    said = " ".join((payload.__doc__ or "").split())
    assert "Goes to every connected user, whether they are in the feed or DM or not." in said


@pytest.mark.parametrize(
    "type_", ["voice_codec_neg", "stage_response", "mls_relay", "cpace_relay", "presence_update"]
)
def test_what_comes_back_to_its_sender(type_: str) -> None:
    payload = registry.CLIENT[type_].payload
    said = " ".join((getattr(payload, "__doc__", None) or "").split())
    assert "Goes to " in said
    assert "sender" in said


def test_who_is_answered_with_which_error() -> None:
    types = page("types.md")
    assert "Only `voice_state_update` is answered so." in types.replace(
        "[`voice_state_update`](server/voice.md#voice_state_update)", "`voice_state_update`"
    )
    assert "or the activity of a presence update, is over its size limit" in types
    assert ErrorCode.MISSING_PERMISSIONS.is_known
    assert CloseCode(4006).name == "RATE_LIMITED"


@pytest.mark.parametrize(("length", "rules"), [(101, []), (255, []), (256, ["FIELD_LENGTH"])])
def test_the_emoji_of_a_reaction_is_not_cut(length: int, rules: list[str]) -> None:
    payload = {"user_id": 1, "type": "reaction", "body_preview": "x" * length}
    frame = {"type": "notification_create", "d": payload, "seq": 2}
    assert [p.rule for p in validate.server_frame(frame)] == rules
