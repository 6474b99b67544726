"""What plugs into the mock gateway, and says what follows from what clients do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.protocols.mocking import client, gateway, spoken
from tests.voxspec.mini import Mini
from tests.voxwire_live.mocked import run
from voxwire.live.mock.engine.application import Application, Delivery, Reply
from voxwire.live.mock.engine.applications import ApplicationError, application_of
from voxwire.live.mock.vox.application import VoxApplication
from voxwire.protocol import AnyProtocol
from voxwire.vox import VOX


class Echo(Application):
    """Tells everyone what anyone asks for, and complains of nothing."""

    permissions = ("ask",)

    def began(self, user: Any) -> list[Delivery]:
        return [Delivery("session", self.news(f"hello {user.user_id}"))]

    def left(self, user: Any) -> list[Delivery]:
        return [Delivery("others", self.news(f"bye {user.user_id}"))]

    def received(self, type_: Any, payload: dict[str, Any], user: Any) -> list[Delivery | Reply]:
        if "ask" in self.denied:
            role = self.protocol.session.roles.complaint
            assert role is not None
            complaint: Any = self.protocol.by_frame[role.frame].payload
            return [Reply(complaint(why="denied"))]
        return [Delivery("everyone", self.news(f"{user.user_id}: {type_} {payload}"))]

    def news(self, text: str) -> msgspec.Struct:
        news: Any = self.protocol.server["news"].payload
        made: msgspec.Struct = news(text=text)
        return made


LOGIN = {"type": "login", "d": {"key": "k", "can": []}}
ASK = {"type": "ask", "d": {"id": 1}}


def test_an_application_says_what_follows(talk: Mini) -> None:
    async def test() -> None:
        async with (
            gateway(spoken(talk), application=Echo) as setup,
            client(setup) as first,
            client(setup) as second,
        ):
            for wire, key in ((first, "a"), (second, "b")):
                await wire.next()
                await wire.send({"type": "login", "d": {"key": key, "can": []}})
                await wire.next()
            assert (await first.next())["d"]["text"] == "hello 1"
            assert (await second.next())["d"]["text"] == "hello 2"
            await second.send(ASK)
            for wire in (first, second):
                assert (await wire.next())["d"]["text"] == "2: ask {'id': 1}"
            await second.socket.close()
            assert (await first.next())["d"]["text"] == "bye 2"

    run(test())


def test_what_users_are_denied_is_the_applications_business(talk: Mini) -> None:
    async def test() -> None:
        async with (
            gateway(spoken(talk), application=Echo, denied=("ask",)) as setup,
            client(setup) as wire,
        ):
            await wire.next()
            await wire.send(LOGIN, ASK)
            assert [(await wire.next())["type"] for _ in range(3)] == ["welcome", "news", "no"]

    run(test())
    with pytest.raises(ValueError, match=r"^no permission 'fly' can be denied; there are: ask$"):
        run(refused(spoken(talk), application=Echo, denied=("fly",)))
    with pytest.raises(ValueError, match=r"there are: none$"):
        run(refused(spoken(talk), denied=("ask",)))


async def refused(protocol: AnyProtocol, **options: Any) -> None:
    async with gateway(protocol, **options):
        pass


def test_applications_are_found_by_the_name_of_the_protocol(
    tide: AnyProtocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert application_of(VOX) is VoxApplication
    assert application_of(tide) is Application
    info = tmp_path / "buoys-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: buoys\nVersion: 1.2\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def offers(value: str) -> type[Application]:
        (info / "entry_points.txt").write_text(f"[voxwire.applications]\ntide-link = {value}\n")
        return application_of(tide)

    assert offers("voxwire.live.mock.vox.application:VoxApplication") is VoxApplication
    for value, why in (
        ("buoys.gone:App", "cannot be imported: ModuleNotFoundError: No module named 'buoys'"),
        ("json:loads", "is no class of voxwire.live.mock.engine.application"),
    ):
        with pytest.raises(ApplicationError) as error:
            offers(value)
        assert str(error.value) == f"{value} {why}"
