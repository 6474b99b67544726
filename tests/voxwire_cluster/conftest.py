"""A cluster of two worker processes on this machine, and a storage that speaks S3."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from distributed import Client, LocalCluster
from moto.server import ThreadedMotoServer

BUCKET = "captures"


@pytest.fixture(scope="session")
def bucket() -> Iterator[Any]:
    """An empty bucket on loopback, found by everybody by their environment."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        s3: Any = boto3.resource("s3")
        yield s3.create_bucket(Bucket=BUCKET)
    finally:
        os.environ.clear()
        os.environ.update(before)
        server.stop()


@pytest.fixture(scope="session")
def address(bucket: Any) -> Iterator[str]:
    """Where the scheduler is."""
    make: Any = LocalCluster
    with make(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # None is port 8787, which another run may have
        memory_limit=0,
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(2)
        yield client
