"""A mock gateway for the tests of a client: the extra ``testing``.

With pytest, ask for the fixture ``vox_gateway``; nothing has to be imported::

    def test_it_says_that_the_user_types(vox_gateway):
        with MyClient(vox_gateway.url, token="any") as client:
            client.type_in(feed_id=3)
            assert vox_gateway.wait_for("typing").d.feed_id == 3
        vox_gateway.assert_no_findings()

:class:`VoxGateway` says what the fixture can do, and is its type. The marker ``vox_gateway`` changes how
the gateway is set up; it takes what :func:`running_gateway` takes, which is for tests without pytest::

    @pytest.mark.vox_gateway(token="secret", faults=["drop:every=5"])
    def test_it_resumes(vox_gateway): ...

The gateway speaks Vox's protocol, or the one that the setting ``voxwire_protocol`` of pytest names, or
the marker's ``protocol``: as for ``voxwire mock --protocol``, or the object itself.

The gateway runs in a thread of its own, so that clients may be synchronous or asynchronous. In an
asynchronous test, wait with ``await asyncio.to_thread(vox_gateway.wait_for, "typing")``.

:func:`capture_of` makes a capture of a conversation that ``voxmodels.v1.strategies`` draws, for tests of
what reads captures.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxwire.testing.captures import capture_of
    from voxwire.testing.gateway import VoxGateway
    from voxwire.testing.running import running_gateway

__all__ = ["VoxGateway", "capture_of", "running_gateway"]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> object:
    # Every run of pytest imports this package, for its plugin. Only tests that use it need the rest.
    if name == "capture_of":
        from voxwire.testing.captures import capture_of

        return capture_of
    if name == "running_gateway":
        from voxwire.testing.running import running_gateway

        return running_gateway
    if name == "VoxGateway":
        from voxwire.testing.gateway import VoxGateway

        return VoxGateway
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
