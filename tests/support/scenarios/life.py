"""What a scenario is: a life in an account, a question, and the one true outcome; and how it is played."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Barrier, BrokenBarrierError
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

import attrs

from shipstation_aissist import TraceStep, TrackOrderAction, TrackOrderResponse
from shipstation_aissist.testing import FakeReply, FakeShipStation
from shipstation_aissist.webhooks import parse_webhook

Given = Callable[["Shop"], object]
Trouble = Callable[[str, dict[str, str]], bool]


class Shop(FakeShipStation):
    """The fake, with two more ways to misbehave: requests of a kind that always fail, and small pages."""

    def __init__(self) -> None:
        super().__init__()
        self.page_size: int | None = None
        self.meet_at: Barrier | None = None
        self._troubles: list[tuple[Trouble, Mapping[str, Any]]] = []

    def always_fail(self, fault: int | str, when: Trouble, **details: Any) -> None:
        """Let every request that ``when`` (of its path and query) is true of fail, as ``fail_next`` would."""
        self._troubles.append((when, {"fault": fault, **details}))

    def fail_tracking(self, fault: int | str, *labels: Any, **details: Any) -> None:
        """Let tracking of these labels fail, or of all."""
        wanted = [f"/{label.label_id}/" for label in labels] or ["/"]
        self.always_fail(
            fault, lambda path, _: path.endswith("/track") and any(item in path for item in wanted), **details
        )

    def handle(self, method: str, url: str, headers: Mapping[str, str]) -> FakeReply:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        if self.meet_at is not None and parts.path.endswith("/track"):
            try:
                self.meet_at.wait(timeout=0.5)
            except BrokenBarrierError:
                raise AssertionError("the requests did not come at once") from None
        with self._lock:
            for when, details in self._troubles:
                if when(parts.path, query):
                    self.fail_next(**details)
            return super().handle(method, self._with_small_pages(parts), headers)

    def _with_small_pages(self, parts: SplitResult) -> str:
        url = parts.geturl()
        return url if self.page_size is None else url.replace("page_size=100", f"page_size={self.page_size}")


@attrs.frozen(kw_only=True)
class Life:
    """One line of the table.

    Attributes:
        rule: The rule that it is about.
        says: What must hold, in one sentence.
        given: Scripts the account.
        asks: The order id.
        postal_code: Where it must go, if that is asked.
        email: Whose it must be, if that is asked.
        told_of: The place of the label in the account of which a notification tells, where nobody asks.
        settings: How the action is made.
        raises: The error's class, where there is no answer.
        state: The state of the order.
        shows: The number of the parcel that is shown.
        parcels: The numbers of all parcels; by default only the one that is shown.
        each: Attributes of all parcels, a value for each of them.
        tracking: Attributes of the parcel that is shown.
        answer: Attributes of the answer itself, such as what the id matched.
        returns: The numbers of the parcels on their way back.
        replaced: The number of each parcel that no longer counts, and of the one that took its place.
        documented: What the documented format says of the parcel.
        summary: A part of the summary; where it begins with "not ", what must not be in it.
        warnings: A part of each warning, in order.
        requests: How many requests it costs.
        traced: Rules and the ids of the records that they dropped or chose, among those that the trace tells of.
    """

    rule: str
    says: str
    given: Given
    asks: str = "1001"
    postal_code: str | None = None
    email: str | None = None
    told_of: int | None = None
    settings: dict[str, Any] = attrs.field(factory=dict)
    raises: type[Exception] | None = None
    state: str | None = None
    shows: str | None = None
    parcels: tuple[str | None, ...] | None = None
    each: dict[str, tuple[Any, ...]] = attrs.field(factory=dict)
    tracking: dict[str, Any] = attrs.field(factory=dict)
    answer: dict[str, Any] = attrs.field(factory=dict)
    returns: tuple[str | None, ...] | None = None
    replaced: dict[str, str] | None = None
    documented: dict[str, Any] = attrs.field(factory=dict)
    summary: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    requests: int | None = None
    traced: tuple[tuple[str, str | None], ...] = ()

    def play(self) -> None:
        """Live it, ask, and compare.

        Raises:
            AssertionError: Something else came out.
        """
        shop = Shop()
        self.given(shop)
        steps: list[TraceStep] = []
        with shop.client(max_retries=0, on_event=steps.append) as client:
            outcome = self._ask(TrackOrderAction(client, **self.settings), shop)
        if self.raises is not None:
            assert type(outcome) is self.raises, outcome
        else:
            assert isinstance(outcome, TrackOrderResponse), outcome
            self._compare(outcome)
        asked = [f"{call.path} {call.query}" for call in shop.calls]
        assert self.requests in (None, len(asked)), asked
        assert {*self.traced} <= {(step.rule, step.record_id) for step in steps}, steps

    def _ask(self, action: TrackOrderAction, shop: Shop) -> TrackOrderResponse | Exception:
        try:
            if self.told_of is not None:
                return action.from_webhook(parse_webhook(shop.notification(shop.labels[self.told_of]).body))
            return action.run(self.asks, postal_code=self.postal_code, email=self.email)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what came out
            return error

    def _compare(self, response: TrackOrderResponse) -> None:
        shown = response.tracking
        assert response.order_id == self.asks
        assert response.state == self.state, response
        assert (shown and shown.tracking_number) == self.shows, response
        expected = self.parcels if self.parcels is not None else (self.shows,) if self.shows else ()
        assert tuple(parcel.tracking_number for parcel in response.parcels) == expected
        assert {name: tuple(getattr(item, name) for item in response.parcels) for name in self.each} == self.each
        assert {name: getattr(shown, name) for name in self.tracking} == self.tracking
        assert {name: getattr(response, name) for name in self.answer} == self.answer
        assert self.returns in (None, tuple(parcel.tracking_number for parcel in response.returns)), response
        replaced = {parcel.tracking_number: parcel.replaced_by for parcel in response.parcels if parcel.replaced_by}
        assert self.replaced in (None, replaced), response
        documented = response.to_dict("documented")["shipstation"]["tracking"] or {}
        assert {name: documented.get(name) for name in self.documented} == self.documented
        summary = response.summary()
        for part in self.summary:
            assert (part.removeprefix("not ") in summary) == (not part.startswith("not ")), summary
        assert len(response.warnings) == len(self.warnings), response.warnings
        assert all(part in warning for part, warning in zip(self.warnings, response.warnings, strict=True)), response


class Table(list[Life]):
    """The lives of one subject; a function that scripts an account becomes one by ``@table.life(...)``."""

    def life(self, rule: str, **outcome: Any) -> Callable[[Given], Given]:
        """Add a life; what must hold is what the function's name says."""

        def add(given: Given) -> Given:
            self.add(rule, given.__name__.strip("_").replace("_", " "), given, **outcome)
            return given

        return add

    def add(self, rule: str, says: str, given: Given, **outcome: Any) -> None:
        """Add a life of which only a detail differs from others."""
        self.append(Life(rule=rule, says=says, given=given, **outcome))
