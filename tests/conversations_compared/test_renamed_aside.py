"""Messages that are renamed, and what follows from it for who takes them for something else."""

from __future__ import annotations

from pathlib import Path

from tests.conversations_compared.made import compared
from tests.conversations_compared.small import files
from tests.voxspec.mini import Data
from voxspec.breaking.verdict import Who


def test_a_renamed_message_after_which_only_what_nobody_has_is_refused(tmp_path: Path) -> None:
    def resumed_by(name: str) -> Data:
        """Who does not know it goes aside, where servers may send what a later revision adds."""
        made = files()
        messages, session = made["client/main.yaml"]["messages"], made["session.yaml"]
        messages[name] = messages.pop("rejoin")
        session["roles"]["resume"]["message"] = f"client/{name}"
        states = session["states"]
        del states["rejoining"], states["greeted"]["client_otherwise"]
        states["greeted"]["client"] = {"login": "joining", "resume": "stays", "any": "aside"}
        states["aside"] = {
            "description": "something else was said",
            "client": {"login": "joining", "any": "stays"},
            "server": {"sequenced": "stays"},
        }
        talk = states["talking"]["server"]
        del talk["sequenced"]
        talk |= dict.fromkeys(("server/said", "server/left", "server/notice", "resumed"), "stays")
        return made

    (change,) = compared(tmp_path, resumed_by("rejoin"), resumed_by("rejoins"))
    assert (change.rule, change.subject) == ("MESSAGE_SAME_NAME", "client/rejoins")
    assert [(effect.who, effect.what) for effect in change.effects] == [
        (
            Who.OLD_CLIENTS,
            'an old client sends "rejoin"; a new server does not take it for the resume',
        ),
        (
            Who.NEW_CLIENTS,
            'a new client sends "rejoins"; an old server does not take it for the resume',
        ),
    ]
