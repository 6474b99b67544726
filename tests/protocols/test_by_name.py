"""Protocols by name: what packages offer, paths, and what is said of everything else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from voxwire.installed import Offer, ProtocolNotFoundError, offered, protocol_named
from voxwire.vox import VOX

FILES = {
    "harbour/__init__.py": "",
    "harbour/broken.py": "raise RuntimeError('no tide today')",
    "harbour/incomplete.py": "class PROTOCOL:\n    name = 'x'\n",
    "harbour/lacking.py": "import no_such_module_anywhere",
    "harbour/odd.py": "from voxwire.vox import VOX\nclass inner:\n    OTHER = VOX\nNUMBER = 7\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current directory, with a package in it that nobody has installed."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    path_before = list(sys.path)
    yield tmp_path
    assert sys.path == path_before
    for name in [name for name in sys.modules if name.split(".")[0] in ("harbour", "tidemodels")]:
        del sys.modules[name]


def offer(folder: Path, *lines: str) -> None:
    """Install, as it were, a distribution that offers protocols."""
    info = folder / "buoys-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: buoys\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text("\n".join(["[voxwire.protocols]", *lines, ""]))


def refusal(name: str) -> str:
    with pytest.raises(ProtocolNotFoundError) as caught:
        protocol_named(name)
    return str(caught.value)


def test_vox_is_offered() -> None:
    assert protocol_named("vox") is VOX
    assert Offer("vox", "voxwire.vox:VOX", "vox-protocol 0.1.0") in offered()
    assert next(offer for offer in offered() if offer.name == "vox").load() is VOX


def test_what_a_package_offers_has_a_name(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(here, "sea = harbour.odd:inner.OTHER", "gone = harbour.gone:PROTOCOL")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path, str(here)])
        offers = {offer.name: offer for offer in offered()}
        assert offers["sea"] == Offer("sea", "harbour.odd:inner.OTHER", "buoys 1.2")
        assert protocol_named("sea") is VOX
        assert refusal("gone") == "there is no module harbour.gone"
        assert "did you mean 'gone'?" in refusal("gon")


def test_a_path_leads_to_the_current_directory(here: Path) -> None:
    assert protocol_named("harbour.odd:inner.OTHER") is VOX


def test_the_path_of_a_generated_package_is_enough(
    here: Path, tide_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tide_folder)
    for path in ("tidemodels.v3", "tidemodels.v3.protocol", "tidemodels.v3.protocol:PROTOCOL"):
        assert protocol_named(path).name == "tide-link"
    # What is imported when it is first used needs no path any more.
    assert protocol_named("tidemodels.v3").validate_client([])[0].rule == "FRAME_NOT_OBJECT"


def test_the_versions_that_a_package_has_are_named(
    here: Path, tide_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tide_folder)
    assert refusal("tidemodels.v1") == "there is no module tidemodels.v1; there is tidemodels.v3"
    assert refusal("tidemodels.v1.protocol:PROTOCOL") == (
        "there is no module tidemodels.v1; there is tidemodels.v3"
    )
    assert refusal("tidemodels.other") == "there is no module tidemodels.other"
    for name in ("v10", "v2"):
        (here / "harbour" / name).mkdir()
        (here / "harbour" / name / "__init__.py").touch()
    monkeypatch.chdir(here)
    assert refusal("harbour.v1") == (
        "there is no module harbour.v1; there is harbour.v2 and harbour.v10"
    )


def test_vox_by_its_path() -> None:
    assert protocol_named("voxmodels.v1") is VOX


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere.v1", "there is no module nowhere, neither here nor in a folder of PYTHONPATH"),
        ("harbour.v1", "there is no module harbour.v1"),
        *(
            (
                name,
                f"{name!r} is no path of a package; it is written with dots, such as package.v1 or "
                "package.v1.protocol:PROTOCOL",
            )
            for name in ("generated/harbour", "../harbour", ".harbour", "harbour..v1", ":PROTOCOL")
        ),
        ("harbour.broken", "harbour.broken cannot be imported: RuntimeError: no tide today"),
        (
            "harbour.lacking",
            "harbour.lacking cannot be imported: No module named 'no_such_module_anywhere'",
        ),
        ("harbour.odd", "the module harbour.odd has no PROTOCOL"),
        ("harbour.odd:inner.NONE", "the module harbour.odd has no inner.NONE"),
        (
            "harbour.odd:NUMBER",
            "harbour.odd:NUMBER is no protocol: it has no name, no title, no version; if voxspec made "
            "it, an older one did: generate it again",
        ),
        (
            "harbour.incomplete",
            "harbour.incomplete:PROTOCOL is no protocol: it has no title, no version, no package; if "
            "voxspec made it, an older one did: generate it again",
        ),
    ],
)
def test_what_is_no_protocol(name: str, said: str, here: Path) -> None:
    assert refusal(name) == said


def test_parts_of_a_protocol_are_looked_at(here: Path) -> None:
    (here / "harbour" / "hollow.py").write_text(
        "from types import SimpleNamespace\n"
        "from voxwire.vox import VOX\n"
        "import inspect\n"
        "PROTOCOL = SimpleNamespace(**{n: getattr(VOX, n) for n in dir(VOX) if n[0] != '_'\n"
        "    and n != 'strategies'}, strategies=None)\n"
        "PROTOCOL.envelope = SimpleNamespace(type_key='op')\n"
    )
    assert refusal("harbour.hollow").startswith(
        "harbour.hollow:PROTOCOL is no protocol: it has no envelope.payload_key, no envelope."
    )


def test_an_unknown_name_lists_the_known(here: Path) -> None:
    assert refusal("submarine") == (
        "unknown protocol 'submarine' (known are: vox); it can also be the path of a package, such as "
        "package.v1 or package.v1.protocol:PROTOCOL"
    )
