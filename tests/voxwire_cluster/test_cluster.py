"""Captures in a bucket, checked by a cluster: the same as one process finds in files of this machine."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.mapped import PACKED, found_in
from tests.voxwire.native import EXAMPLES, capture
from tests.voxwire.test_bulk import BEGUN, member
from tests.voxwire.test_bulk_whole_files import as_har
from tests.voxwire_cluster.conftest import BUCKET
from voxwire.capture.remote import Anywhere, expanded
from voxwire.checks import Sessions, Statistics
from voxwire.checks.bulk import validate
from voxwire.cli import main
from voxwire.errors import CaptureError

pytestmark = pytest.mark.xdist_group("cluster")

ALL = sorted(EXAMPLES.glob("*.ndjson"))
LONG = capture(*BEGUN, *map(member, range(2, 3000)), member(3005), *map(member, range(3006, 4000)))


def put(bucket: Any, folder: Path, name: str, content: bytes) -> None:
    """The same file in the bucket and on this machine."""
    bucket.put_object(Key=name, Body=content)
    path = folder / BUCKET / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def files(bucket: Any, tmp_path: Path) -> list[str]:
    """Files of all kinds; their names from the folder of the bucket on."""
    bucket.objects.all().delete()
    names = []
    for number, path in enumerate(ALL):
        pack = list(PACKED.values())[number % 3]
        content = pack(as_har(path) if number % 4 == 3 else path.read_bytes())
        names.append(f"2026/{number % 3}/{path.stem}.ndjson")
        put(bucket, tmp_path, names[-1], content)
    names.append("2026/long.ndjson")
    put(bucket, tmp_path, names[-1], LONG)
    return sorted(names)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["validate", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_output_is_that_of_one_process(
    files: list[str],
    address: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for format_ in ("text", "json"):
        here = run(capsys, "--format", format_, *(f"{BUCKET}/{name}" for name in files))
        pattern = f"s3://{BUCKET}/2026/**/*.ndjson"
        for engine in ([], ["--engine", "dask", "--scheduler", address]):
            status, out, err = run(capsys, "--format", format_, *engine, pattern)
            assert (status, out.replace("s3://", ""), err) == here


@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED.keys())
def test_a_worker_that_is_killed_loses_nothing(
    bucket: Any, client: Any, pack: Any, tmp_path: Path
) -> None:
    bucket.objects.all().delete()
    names = [f"{number:02}.ndjson" for number in range(20)]
    for name in names:
        put(bucket, tmp_path, name, pack(LONG))
    expected = found_in([str(tmp_path / BUCKET / name) for name in names])[0]
    statistics = Statistics()
    found = validate(
        [f"s3://{BUCKET}/{name}" for name in names],
        client.get_executor(pure=False),
        workers=2,
        statistics=statistics,
        sessions=Sessions(),
        storage=Anywhere(),
        part_size=100_000,
    )
    first = next(found)
    pids = list(client.run(os.getpid).values())
    os.kill(pids[0], signal.SIGKILL)
    findings = [first, *found]
    assert [(f.rule, f.frame, f.message) for f in findings] == [
        (f.rule, f.frame, f.message) for f in expected
    ]
    assert len(findings) == len(names)
    assert statistics.frames == len(names) * (3 + 2998 + 1 + 994)
    client.wait_for_workers(2)
    assert pids[0] not in client.run(os.getpid).values()


def test_a_file_that_is_not_there_is_named(
    files: list[str], address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names = (f"s3://{BUCKET}/gone.ndjson", f"s3://{BUCKET}/{files[-1]}")
    engine = ("--engine", "dask", "--scheduler", address, "-q")
    status, out, err = run(capsys, *engine, *names)
    lines = out.splitlines()
    assert status == 3
    assert lines[0].startswith(f"{names[0]} error[CAPTURE_UNREADABLE] ")
    assert lines[1].startswith(f"{names[1]}#c1:")
    assert err.startswith(f"voxwire: cannot read {names[0]}: ")


def test_patterns_of_addresses(files: list[str]) -> None:
    found = expanded(["-", "a*b", f"s3://{BUCKET}/2026/**/flow-*.ndjson"])
    flows = [f"s3://{BUCKET}/{name}" for name in files if "/flow-" in name]
    assert found == ["-", "a*b", *flows]
    with pytest.raises(CaptureError, match=r"^no file has an address of the pattern s3://"):
        expanded([f"s3://{BUCKET}/nothing/*.ndjson"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing://a/b", "nothing://a/b cannot be read: Protocol not known: nothing"),
        (
            "s3://no-such-bucket/a*",
            "s3://no-such-bucket/a* cannot be read: The specified bucket does not exist",
        ),
    ],
)
def test_storages_that_there_are_not(
    bucket: Any,
    name: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, "-q", name)
    assert said in out + err
    assert status in (2, 3)


def test_a_scheduler_that_does_not_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voxwire.cli.cluster._PATIENCE", 0.2)
    status, out, err = run(
        capsys, "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9", str(ALL[0])
    )
    assert (status, out) == (2, "")
    assert err.startswith("voxwire validate: no Dask scheduler answers at tcp://127.0.0.1:9: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--engine", "dask"], "--engine and --scheduler go together"),
        (["--scheduler", "tcp://host"], "--engine and --scheduler go together"),
        (
            ["--engine", "dask", "--scheduler", "tcp://host", "-j", "2"],
            "--jobs is for this machine, --engine for others: give one of them",
        ),
    ],
)
def test_options_that_do_not_go_together(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["validate", *arguments, str(ALL[0])])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: {said}\n")


def test_versions_have_to_be_the_same(
    address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "9.9")
    status, out, err = run(capsys, "--engine", "dask", "--scheduler", address, str(ALL[0]))
    assert (status, out) == (2, "")
    assert "of vox-protocol, and this is 9.9; they have to be the same" in err
