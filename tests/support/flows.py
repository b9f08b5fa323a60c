"""Running a flow without any I/O: answers by the request's target."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from shipstation_aissist.errors import APIError, MalformedResponseError
from shipstation_aissist.orders.finding import track_order
from shipstation_aissist.orders.lists import Flow
from shipstation_aissist.orders.query import OrderQuery, check_settings, prepare_lookup
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import TraceStep
from shipstation_aissist.wire.decoding import Decoded, decode
from shipstation_aissist.wire.requests import ApiRequest

Answer = Any
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


class Account:
    """What a flow is answered with: JSON values or errors by path, or a function of the query."""

    def __init__(self, answers: Mapping[str, Answer | Callable[[dict[str, str]], Answer]]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.rounds: list[list[str]] = []  # what was asked for at once, as paths
        self.steps: list[TraceStep] = []

    def perform(self, asked: tuple[ApiRequest[Any], ...]) -> tuple[Decoded[Any] | APIError, ...]:
        """Answer a tuple of requests."""
        self.rounds.append([request.path for request in asked])
        return tuple(self._answer(request) for request in asked)

    def track(
        self,
        order_id: str,
        postal_code: str | None = None,
        now: datetime = NOW,
        email: str | None = None,
        **settings: Any,
    ) -> TrackOrderResponse:
        """Run the flow of an order to its end."""
        arguments = {"order_key": "auto", "store_id": None, "order_id_pattern": None, "resolve_order_id": None}
        checked = check_settings(**{**arguments, **settings})
        lookup = prepare_lookup(OrderQuery(order_id, postal_code, email), checked)
        return self.run(track_order(lookup, checked, self.steps.append, now))

    def run(self, flow: Flow[TrackOrderResponse]) -> TrackOrderResponse:
        """Run any flow to its end."""
        try:
            asked = next(flow)
            while True:
                asked = flow.send(self.perform(asked))
        except StopIteration as finished:
            response = finished.value
            assert isinstance(response, TrackOrderResponse)
            return response

    def dropped(self) -> list[tuple[str | None, str | None]]:
        """What the decisions say: rule and record."""
        return [(step.rule, step.record_id) for step in self.steps if step.record_id is not None]

    def _answer(self, request: ApiRequest[Any]) -> Decoded[Any] | APIError:
        query = dict(parse_qsl(request.target.partition("?")[2]))
        self.asked.append((request.path, query))
        answer = self.answers[request.path]
        if callable(answer):
            answer = answer(query)
        if isinstance(answer, APIError):
            return answer
        try:
            return decode(json.dumps(answer).encode(), request.shape)
        except MalformedResponseError as fault:
            return fault
