"""An answer that was written and read is told in every view as the fresh one is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from shipstation_aissist import OrderState, Parcel, ParcelState, TrackOrderAction, TrackOrderResponse
from shipstation_aissist.answers import form
from shipstation_aissist.cli.views import order_view
from shipstation_aissist.testing import sandbox
from support.scenarios.life import Life, Shop
from support.scenarios.table import LIVES

ANSWERED = [life for life in LIVES if life.raises is None]


def views(answer: TrackOrderResponse) -> dict[str, Any]:
    return {
        "documented": answer.to_dict("documented"),
        "full": answer.to_dict("full"),
        "newest events": answer.to_dict("full", max_events=1),
        "documented as JSON": answer.to_json("documented", indent=2),
        "full as JSON": answer.to_json("full"),
        "records": answer.to_records(),
        "summary": answer.summary(),
        "HTML": answer._repr_html_(),
        "text": list(order_view(answer, full=False)),
        "full text": list(order_view(answer, full=True)),
    }


def places(answer: TrackOrderResponse) -> tuple[list[int], list[list[int]]]:
    """Where the shown parcel and the returns stand among the parcels: the very same ones, not equal ones."""

    def places_of(wanted: Parcel | None) -> list[int]:
        return [place for place, parcel in enumerate(answer.parcels) if parcel is wanted]

    return places_of(answer.tracking), [places_of(parcel) for parcel in answer.returns]


def read_again(answer: TrackOrderResponse) -> TrackOrderResponse:
    read = form.read(form.write(answer))
    assert read is not None
    return attrs.evolve(read, order_id=answer.order_id)  # that is the next caller's own


def check(answer: TrackOrderResponse) -> None:
    read = read_again(answer)
    assert read == answer
    assert places(read) == places(answer)
    assert views(read) == views(answer)


@pytest.mark.parametrize("life", [pytest.param(life, id=f"{life.rule}: {life.says}") for life in ANSWERED])
def test_every_view_of_an_answer_that_was_read_is_that_of_the_fresh_one(life: Life) -> None:
    shop = Shop()
    life.given(shop)
    with shop.client(max_retries=0) as client:
        answer = life._ask(TrackOrderAction(client, **life.settings), shop)
    assert isinstance(answer, TrackOrderResponse)
    check(answer)


@pytest.mark.parametrize("order_id", [str(number) for number in range(12345, 12361)])
def test_every_view_of_a_sample_order_that_was_read_is_that_of_the_fresh_one(order_id: str) -> None:
    check(TrackOrderAction(sandbox().client()).run(order_id))


@pytest.mark.parametrize("shown", [0, 1, 2])
def test_of_equal_parcels_the_one_that_was_shown_is_shown(shown: int) -> None:
    parcels = tuple(Parcel(tracking_number="1Z1", state=ParcelState.IN_TRANSIT) for _ in range(3))
    check(
        TrackOrderResponse(
            order_id="1001",
            state=OrderState.IN_TRANSIT,
            tracking=parcels[shown],
            parcels=parcels,
            returns=(parcels[2 - shown],),
            as_of=datetime(2026, 3, 5, 12, tzinfo=UTC),
        )
    )


def test_a_parcel_is_written_once() -> None:
    answer = TrackOrderAction(sandbox().client()).run("12345")
    assert json.dumps(json.loads(form.write(answer))).count('"events"') == len(answer.parcels) == 1
