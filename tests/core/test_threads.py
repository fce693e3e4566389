from contextlib import closing
from threading import active_count

import pytest

from mien.core.threads import in_order


def test_results_come_in_order_and_few_items_are_taken_ahead():
    taken = []

    def items():
        for number in range(100):
            taken.append(number)
            yield number

    with closing(in_order(lambda number: number * 2, items(), threads=3)) as results:
        first = [next(results) for _ in range(5)]
        assert first == [0, 2, 4, 6, 8]
        assert len(taken) <= 5 + 2 * 3 + 1
    assert not [number for number in taken if number > 20]


def test_an_error_comes_where_its_item_stands_and_threads_end():
    before = active_count()

    def work(number):
        if number == 3:
            raise ValueError("three")
        return number

    found = []
    with pytest.raises(ValueError, match="three"):
        found.extend(in_order(work, range(10)))
    assert active_count() == before
