from collections.abc import Iterator

from tests.bench.measuring import Figure


def figures() -> Iterator[Figure]:
    yield from ()
