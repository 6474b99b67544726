"""The workers of ``--engine``: a cluster that runs already, and what is wrong when it does not."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from voxwire.cli.jobs import Workers
from voxwire.errors import VoxwireError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voxwire.protocol import AnyProtocol

ENGINES: Final = ("dask",)

PART_SIZE: Final = 4 << 20
"""Bytes of a part: each task goes through a scheduler written in Python, so that fewer, larger ones than on
one machine are quicker."""

_PATIENCE: Final = 30
"""Seconds for a scheduler to answer."""

_NEEDS: Final = "needs the extra [cluster]: pip install 'vox-protocol[cluster]'"


class ClusterError(VoxwireError):
    """There is no such cluster, or its workers cannot do the work."""


@contextmanager
def cluster(address: str, protocol: AnyProtocol) -> Iterator[Workers]:
    """The workers of the Dask scheduler at `address`. What was asked of them and is not done is called
    off at the end; the cluster goes on. Raises ClusterError."""
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise ClusterError(f"--engine dask {_NEEDS}") from error
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        said = str(error).strip().partition("\n")[0]
        raise ClusterError(f"no Dask scheduler answers at {address}: {said}") from error
    with client:
        workers = sum(client.nthreads().values())
        if not workers:
            raise ClusterError(
                f"the scheduler at {address} has no workers; start some: dask worker"
            )
        _check(_versions(client, protocol))
        yield Workers(client.get_executor(pure=False), workers, PART_SIZE)


def _versions(client: Any, protocol: AnyProtocol) -> Mapping[str, str]:
    """The version that each worker has."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions of other packages are no business of ours
            found: Mapping[str, str] = client.run(installed_version, protocol)
    except Exception as error:
        said = str(error).strip().partition("\n")[0]
        raise ClusterError(
            f"the workers lack what is needed: {type(error).__name__}: {said}; they need this version "
            f"of vox-protocol, and the package {protocol.package.partition('.')[0]}"
        ) from error
    return found


def installed_version(protocol: AnyProtocol) -> str:
    """The version here; asked of each worker, which has to find the protocol, too."""
    del protocol
    from importlib.metadata import version  # it imports as long as 10,000 frames take to check

    return version("vox-protocol")


def _check(versions: Mapping[str, str]) -> None:
    from importlib import metadata

    here = metadata.version("vox-protocol")
    for worker, version in versions.items():
        if version != here:
            raise ClusterError(
                f"the worker at {worker} has version {version} of vox-protocol, and this is {here}; they "
                "have to be the same"
            )
