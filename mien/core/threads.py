"""Work in threads, results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_order(
    work: Callable[[T], R], items: Iterable[T], *, threads: int | None = None, ahead: int | None = None
) -> Generator[R]:
    """Apply `work` in threads, one a core by default, and give the results in order.

    At most `ahead` results, twice the threads by default, are held or under way. Leaving the loop early closes the
    generator: what waits is dropped, and the threads are joined.
    """
    threads = threads or os.cpu_count() or 1
    ahead = 2 * threads if ahead is None else ahead
    waiting: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="mien")
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
