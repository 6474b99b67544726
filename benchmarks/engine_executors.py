"""Engines for clusters, each as an executor with two workers on this machine."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from voxwire.checks.bulk import PART_SIZE, Part, parts

WORKERS = 2
PARTS_OF_A_TASK = 8
"""Of Spark, which takes some 20 ms to begin a task."""
ONE = "one process"


@contextmanager
def _none() -> Iterator[None]:
    yield None


@contextmanager
def _pool() -> Iterator[Executor]:
    with ProcessPoolExecutor(WORKERS) as executor:
        yield executor


@contextmanager
def _dask() -> Iterator[Executor]:
    distributed = import_module(
        "distributed"
    )  # not installed where types are checked, as the others
    with (
        distributed.LocalCluster(
            n_workers=WORKERS,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor(pure=False)


class _RayExecutor(Executor):
    """Ray's tasks as futures."""

    def __init__(self, ray: Any) -> None:
        self._call = ray.remote(_call)

    def submit(self, function: Callable[..., Any], /, *given: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = self._call.remote(function, given, options).future()
        return future


def _call(function: Callable[..., Any], given: Any, options: Any) -> Any:
    return function(*given, **options)


@contextmanager
def _ray() -> Iterator[Executor]:
    ray = import_module("ray")
    ray.init(
        num_cpus=WORKERS,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        _node_ip_address="127.0.0.1",
    )
    try:
        yield _RayExecutor(ray)
    finally:
        ray.shutdown()


class _SparkExecutor(Executor):
    """Spark has no futures: it is given all parts of a file when the first is asked for, and those that
    follow are taken from what it gives, in order."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._given: dict[str, Iterator[Any]] = {}

    def submit(self, function: Callable[..., Any], /, *given: Any, **options: Any) -> Future[Any]:
        what, part, protocol = given
        if not isinstance(part, Part):  # lines that were read here
            return _Later(self._all(partial(function, **options), [given], 1))
        if part.start == 0:
            todo = list(parts(part.name, storage=options["storage"], size=PART_SIZE))
            tasks = -(-len(todo) // PARTS_OF_A_TASK)
            arguments = [(what, each, protocol) for each in todo]
            self._given[part.name] = self._all(partial(function, **options), arguments, tasks)
        return _Later(self._given[part.name])

    def _all(self, function: Callable[..., Any], given: list[Any], tasks: int) -> Iterator[Any]:
        mapped = self._context.parallelize(given, tasks).map(lambda one: function(*one))
        results: Iterator[Any] = mapped.toLocalIterator(prefetchPartitions=True)
        return results


class _Later(Future[Any]):
    """The next of some results, when it is asked for."""

    def __init__(self, results: Iterator[Any]) -> None:
        super().__init__()
        self._results = results

    def result(self, timeout: float | None = None) -> Any:
        del timeout
        try:
            return next(self._results)
        except Exception as error:
            raise BrokenExecutor(str(error)) from error


@contextmanager
def _spark() -> Iterator[Executor]:
    pyspark = import_module("pyspark")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.log.level": "OFF",
    }
    configuration = pyspark.SparkConf().setMaster(f"local[{WORKERS}, 4]").setAll(settings.items())
    context = pyspark.SparkContext(conf=configuration)
    try:
        yield _SparkExecutor(context)
    finally:
        context.stop()


ENGINES: Mapping[str, tuple[Callable[[], AbstractContextManager[Executor | None]], str]] = {
    ONE: (_none, ""),
    "process pool": (_pool, ""),
    "Dask": (_dask, "distributed"),
    "Ray": (_ray, "ray"),
    "Spark": (_spark, "pyspark"),
}
"""How each begins, and what is installed for it."""
