"""A batcher: what is asked at the same time is worked out together, in order, and nobody waits alone."""

from __future__ import annotations

import asyncio
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.serve.inference._batcher import MAX_BATCH, Batcher


def echo(rows):
    """Probabilities that say which row they belong to."""
    return rows[:, :2].astype(np.float32)


def numbered(start, count=1):
    return SimpleNamespace(rows=np.repeat(np.arange(start, start + count)[:, None], 2, axis=1))


async def ask(batcher, sample):
    """Bring a sample from a thread, as the server does; return its probabilities."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    await asyncio.sleep(0)
    loop.run_in_executor(None, batcher.submit, sample, future)
    same, probabilities = await future
    assert same is sample
    return probabilities


async def until(what):
    """Wait until something is so."""
    for _ in range(2000):
        if what():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it never was")


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_everyone_gets_their_own(counts):
    async def story():
        calls = []
        batcher = Batcher(echo, on_batch=calls.append)
        starts = np.cumsum([0, *counts])
        samples = [numbered(start, count) for start, count in zip(starts, counts, strict=False)]
        found = await asyncio.gather(*(ask(batcher, sample) for sample in samples))
        assert all((one == sample.rows).all() for one, sample in zip(found, samples, strict=True))
        assert sum(calls) == sum(counts)
        assert all(call <= max(MAX_BATCH, *counts) for call in calls)

    asyncio.run(story())


def test_what_comes_while_the_model_works_is_answered_together_and_keeps_no_thread():
    async def story():
        calls, began, gate = [], threading.Event(), threading.Event()

        def slow(rows):
            began.set()
            gate.wait(20)
            return echo(rows)

        batcher = Batcher(slow, on_batch=calls.append)
        first = asyncio.ensure_future(ask(batcher, numbered(0)))
        await until(began.is_set)
        loop = asyncio.get_running_loop()
        futures = [loop.create_future() for _ in range(8)]
        for number, future in enumerate(futures):
            batcher.submit(numbered(number), future)  # comes back at once, though the model is at work
        gate.set()
        await asyncio.gather(first, *futures)
        assert calls == [1, 8]

    asyncio.run(story())


def test_a_call_waits_for_what_is_being_made_ready_but_not_for_ever():
    async def story():
        calls = []
        batcher = Batcher(echo, 2.0, calls.append)
        began = time.monotonic()
        await ask(batcher, numbered(0))
        assert time.monotonic() - began < 1.9  # nobody else is coming
        with batcher.preparing():  # one that never comes
            began = time.monotonic()
            await ask(batcher, numbered(0))
            assert 1.9 < time.monotonic() - began < 20
        preparing = batcher.preparing()
        preparing.__enter__()
        first = asyncio.ensure_future(ask(batcher, numbered(0)))
        await until(lambda: batcher._rows == 1)
        second = asyncio.get_running_loop().create_future()
        batcher.submit(numbered(1), second)
        preparing.__exit__(None, None, None)
        await asyncio.gather(first, second)
        assert calls == [1, 1, 2]

    asyncio.run(story())


def test_an_error_reaches_whoever_asked_and_the_lane_goes_on():
    async def story():
        def fails_once(rows):
            if rows[0, 0] == 7:
                raise ValueError("seven")
            return echo(rows)

        batcher = Batcher(fails_once)
        with pytest.raises(ValueError, match="seven"):
            await ask(batcher, numbered(7))
        assert (await ask(batcher, numbered(1)) == 1).all()

    asyncio.run(story())


def test_one_who_leaves_takes_nobody_along():
    async def story():
        batcher = Batcher(echo)
        gone = asyncio.ensure_future(ask(batcher, numbered(0)))
        stays = asyncio.ensure_future(ask(batcher, numbered(1)))
        await asyncio.sleep(0)
        gone.cancel()
        assert (await stays == 1).all()

    asyncio.run(story())
