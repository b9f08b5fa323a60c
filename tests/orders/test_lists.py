"""Lists are read whole, several at once, and to an end even where the server has none (R3, R7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.errors import APIError, RateLimitError
from shipstation_aissist.models import Label, Page
from shipstation_aissist.orders.lists import MOST_PAGES, ListOutcome, read_lists
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.requests import list_labels

Answer = Decoded[Any] | APIError
Server = Callable[[int], Answer]


def page(*ids: str, pages: int | None = None, dates: tuple[str, ...] = (), partial: bool = False) -> Answer:
    labels = tuple(Label(label_id=each) for each in ids)
    return Decoded(Page(items=labels, pages=pages), unreadable=dates, partial=partial)


def read(*servers: Server) -> tuple[list[ListOutcome[Label]], list[list[tuple[int, int]]]]:
    """The outcomes, and for each round of requests which page of which list was asked for."""
    flow = read_lists(
        [
            lambda number, index=index: list_labels({"page": number, "page_size": index + 1})
            for index in range(len(servers))
        ],
        lambda label: label.label_id,
    )
    rounds: list[list[tuple[int, int]]] = []
    try:
        asked = next(flow)
        while True:
            queries = [dict(request.query) for request in asked]
            rounds.append([(int(query["page_size"]) - 1, int(query["page"])) for query in queries])
            asked = flow.send(tuple(servers[index](number) for index, number in rounds[-1]))
    except StopIteration as finished:
        return finished.value, rounds


def ids(outcome: ListOutcome[Label]) -> list[str]:
    assert all(label.label_id == key for key, label in outcome.items.items())
    return list(outcome.items)


def test_a_list_of_one_page_costs_one_request() -> None:
    (outcome,), rounds = read(lambda _: page("a", "b", pages=1))
    assert ids(outcome) == ["a", "b"]
    assert rounds == [[(0, 1)]]
    assert (outcome.error, outcome.cut, outcome.partial, outcome.unreadable) == (None, False, False, {})


@pytest.mark.parametrize("pages", [0, 1, 2, 7, None])
def test_an_empty_page_ends_a_list_whatever_it_says_of_its_pages(pages: int | None) -> None:
    (outcome,), rounds = read(lambda _: page(pages=pages))
    assert ids(outcome) == []
    assert rounds == [[(0, 1)]]
    assert not outcome.cut


def test_nothing_is_asked_for_no_lists() -> None:
    assert read() == ([], [])


def test_further_pages_are_asked_for_eight_at_a_time_once_their_number_is_known() -> None:
    (outcome,), rounds = read(lambda number: page(f"p{number}", pages=19))
    assert ids(outcome) == [f"p{number}" for number in range(1, 20)]
    assert rounds == [
        [(0, 1)],
        [(0, number) for number in range(2, 10)],
        [(0, number) for number in range(10, 18)],
        [(0, 18), (0, 19)],
    ]


def test_several_lists_are_read_in_the_same_rounds() -> None:
    outcomes, rounds = read(
        lambda number: page(f"a{number}", pages=1),
        lambda number: page(f"b{number}", pages=3),
        lambda number: page(f"c{number}", pages=2),
    )
    assert [ids(outcome) for outcome in outcomes] == [["a1"], ["b1", "b2", "b3"], ["c1", "c2"]]
    assert rounds == [[(0, 1), (1, 1), (2, 1)], [(1, 2), (1, 3), (2, 2)]]


def test_a_server_that_does_not_count_its_pages_is_asked_one_after_another_until_nothing_new_comes() -> None:
    (outcome,), rounds = read(lambda number: page("a", f"p{min(number, 3)}"))
    assert ids(outcome) == ["a", "p1", "p2", "p3"]
    assert rounds == [[(0, 1)], [(0, 2)], [(0, 3)], [(0, 4)]]
    (outcome,), rounds = read(lambda number: page(f"p{number}") if number < 3 else page())
    assert ids(outcome) == ["p1", "p2"]
    assert rounds == [[(0, 1)], [(0, 2)], [(0, 3)]]


def test_an_item_that_is_repeated_counts_once_as_it_came_first() -> None:
    first, again = Label(label_id="a", status="completed"), Label(label_id="a", status="voided")
    pages = {1: (first, Label(label_id="b"), again), 2: (again, Label(label_id="c"))}
    (outcome,), _ = read(lambda number: Decoded(Page(items=pages[number], pages=2)))
    assert ids(outcome) == ["a", "b", "c"]
    assert outcome.items["a"] is first


def test_a_list_that_grows_while_it_is_read_is_read_to_its_new_end() -> None:
    (outcome,), rounds = read(lambda number: page(f"p{number}", pages=2 if number == 1 else 3))
    assert ids(outcome) == ["p1", "p2", "p3"]
    assert rounds == [[(0, 1)], [(0, 2)], [(0, 3)]]


def test_a_list_that_shrinks_while_it_is_read_ends_at_its_empty_page() -> None:
    (outcome,), rounds = read(
        lambda number: page(*(["x"] if number == 9 else []), pages=9) if number > 2 else page(f"p{number}", pages=9)
    )
    assert ids(outcome) == ["p1", "p2"]
    assert len(rounds) == 2


def test_a_list_that_never_ends_is_cut_at_1000_pages() -> None:
    assert MOST_PAGES == 1_000
    for pages in (1_001, 10**9, None):
        (outcome,), rounds = read(lambda number, pages=pages: page(f"p{number}", pages=pages))
        numbers = [number for asked in rounds for _, number in asked]
        assert numbers == list(range(1, 1_001))
        assert len(outcome.items) == 1_000
        assert outcome.cut


def test_a_list_of_exactly_1000_pages_is_not_cut() -> None:
    (outcome,), rounds = read(lambda number: page(f"p{number}", pages=1_000))
    assert rounds[-1][-1] == (0, 1_000)
    assert len(outcome.items) == 1_000
    assert not outcome.cut


def test_an_endless_list_that_repeats_itself_ends_where_nothing_new_comes() -> None:
    (outcome,), rounds = read(lambda _: page("a"))
    assert (ids(outcome), outcome.cut) == (["a"], False)
    assert rounds == [[(0, 1)], [(0, 2)]]


def test_an_error_ends_its_list_with_what_was_read_before_and_leaves_the_others() -> None:
    limit, later = RateLimitError("first"), RateLimitError("second")
    answers: dict[int, Answer] = {1: page("p1", pages=9), 2: page("p2", pages=9), 3: limit, 4: page("p4"), 5: later}
    outcomes, rounds = read(lambda number: answers.get(number, later), lambda number: page(f"q{number}", pages=10))
    assert outcomes[0].error is limit
    assert ids(outcomes[0]) == ["p1", "p2"]
    assert not outcomes[0].cut
    assert outcomes[1].error is None
    assert ids(outcomes[1]) == [f"q{number}" for number in range(1, 11)]
    assert rounds[-1] == [(1, 10)]


def test_an_error_on_the_first_page_is_the_outcome() -> None:
    limit = RateLimitError("no")
    (outcome,), rounds = read(lambda _: limit)
    assert (outcome.error, ids(outcome)) == (limit, [])
    assert rounds == [[(0, 1)]]


def test_unreadable_values_are_kept_by_the_id_of_their_item() -> None:
    answers = {
        1: page("a", "b", pages=2, dates=("$.labels[1].ship_date", "$.labels[1].packages[0].created_at")),
        2: page("c", "b", pages=2, dates=("$.labels[0].created_at", "$.labels[1].voided_at", "$.of_no_item")),
    }
    (outcome,), _ = read(lambda number: answers[number])
    assert outcome.unreadable == {
        "b": ["$.labels[1].ship_date", "$.labels[1].packages[0].created_at", "$.labels[1].voided_at"],
        "c": ["$.labels[0].created_at"],
    }


def test_one_partial_page_makes_the_list_partial() -> None:
    (outcome,), _ = read(lambda number: page(f"p{number}", pages=3, partial=number == 2))
    assert outcome.partial
    (outcome,), _ = read(lambda number: page(f"p{number}", pages=3))
    assert not outcome.partial


books = st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True), min_size=1, max_size=25)


@given(books, st.booleans())
def test_every_item_of_every_page_is_read_once(book: list[list[str]], counts: bool) -> None:
    def server(number: int) -> Answer:
        items = book[number - 1] if number <= len(book) else []
        return page(*(f"{each}{number if not counts else ''}" for each in items), pages=len(book) if counts else None)

    (outcome,), rounds = read(server)
    expected = [f"{each}{'' if counts else number}" for number, items in enumerate(book, start=1) for each in items]
    assert ids(outcome) == list(dict.fromkeys(expected))
    asked = [number for each in rounds for _, number in each]
    assert asked == list(range(1, len(book) + (1 if counts else 2)))
