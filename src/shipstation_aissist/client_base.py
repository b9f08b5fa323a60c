"""What both clients are, synchronous and asynchronous: settings, views of them, the key, the requests of a list."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping
from typing import Any, Self, TypeVar

import attrs

from shipstation_aissist import models
from shipstation_aissist.configuration import API_KEY_VARIABLE
from shipstation_aissist.connection_test import LastTest
from shipstation_aissist.errors import APIError, ConfigurationError
from shipstation_aissist.settings import ClientSettings
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.transport import Clock, Deadline, Secret
from shipstation_aissist.transport.events import Events
from shipstation_aissist.wire.filters import check_filters
from shipstation_aissist.wire.requests import ApiRequest, QueryValue

T = TypeVar("T")


class ClientBase:
    """A client without its edge: what it was made with, and views with other bounds."""

    _settings: ClientSettings
    _events: Events
    _clock: Clock
    _sign: Callable[[str], bytes] | None
    _last_test: LastTest
    _closed = False
    _is_view = False
    _deadline: Deadline | None = None

    def _set_up_base(self, settings: ClientSettings, key: Secret | None, clock: Clock) -> None:
        self._settings = settings
        self._events = Events(settings.name, settings.on_event)
        self._clock = clock
        self._sign = None if key is None else key.sign
        self._last_test = LastTest()

    def with_options(self, *, timeout: float | None = None, max_retries: int | None = None) -> Self:
        """A light view of this client with other bounds: for one call that may take longer, or must not wait.

        It shares everything else: connections, places, pause, quota, listener. Closing the view ends only the view.
        Closing the client ends all its views.

        Args:
            timeout: Seconds, 10 to 180; ``None``: this client's.
            max_retries: Further attempts after the first, 0 to 10; ``None``: this client's.

        Raises:
            ConfigurationError: One of them is unusable.

        Example:
            ``client.with_options(timeout=60).track_label("se-1")``
        """
        return self._view(
            attrs.evolve(
                self._settings,
                timeout=self.timeout if timeout is None else timeout,
                max_retries=self.max_retries if max_retries is None else max_retries,
            )
        )

    def _within(self, deadline: Deadline) -> Self:
        """A view all of whose calls end within one deadline."""
        view = self._view(self._settings)
        view._deadline = deadline
        return view

    def _view(self, settings: ClientSettings) -> Self:
        view = type(self).__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._settings, view._is_view = settings, True
        return view

    # --- what the client knows of itself ---

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._settings.base_url

    @property
    def timeout(self) -> float:
        """Seconds that one public call may take."""
        return self._settings.timeout

    @property
    def max_retries(self) -> int:
        """Further attempts after the first."""
        return self._settings.max_retries

    @property
    def name(self) -> str | None:
        """The integration's name."""
        return self._settings.name

    def __repr__(self) -> str:
        name = f"name={self.name!r}, " if self.name else ""
        return f"{type(self).__name__}({name}base_url={self.base_url!r}, timeout={self.timeout:g})"

    def __copy__(self) -> Self:
        return self  # a copy would lose the key, and needs nothing of its own

    def __deepcopy__(self, _: object) -> Self:
        return self


def one_request(request: ApiRequest[T], record: Record) -> Generator[tuple[ApiRequest[Any], ...], tuple[Any, ...], T]:
    """The shortest flow: one request, its value or its error."""
    (result,) = yield (request,)
    if isinstance(result, APIError):
        raise result
    for path in result.unreadable:
        record(TraceStep(kind="decision", what=f"The value at {path} cannot be read.", warning=True))
    for path in result.skipped:
        record(
            TraceStep(
                kind="decision",
                what=f"A record that was not asked for cannot be read ({path}): left out.",
                warning=True,
            )
        )
    if result.partial:
        record(TraceStep(kind="decision", what="The API says that its answer is incomplete.", warning=True))
    value: T = result.value
    return value


def page_requests(
    endpoint: Callable[[Mapping[str, QueryValue]], ApiRequest[models.Page[T]]], filters: dict[str, QueryValue]
) -> tuple[Callable[[int], ApiRequest[models.Page[T]]], int]:
    """How the pages of a list are asked for: the request for each number, and the number of the first.

    Args:
        endpoint: Makes the request.
        filters: As they were given, ``page`` among them.

    Raises:
        TypeError: A value of a wrong type.
        ValueError: A blank filter, or ``batch_id`` together with others.
    """
    check_filters(filters)
    first = filters.pop("page")
    endpoint(filters)  # a bad filter is an error here, not at the first item
    return lambda number: endpoint({**filters, "page": number}), first if isinstance(first, int) else 1


def key_for(api_key: str | Secret | None) -> Secret:
    """The key, wrapped, from the argument or the environment.

    Raises:
        ConfigurationError: There is none.
    """
    key = _wrapped(api_key)
    del api_key
    if key is None:
        raise ConfigurationError(
            f"No API key: pass api_key or set {API_KEY_VARIABLE}. Keys are made in ShipStation under "
            "Settings > Account > API Settings (V2)."
        )
    return key


def _wrapped(api_key: str | Secret | None) -> Secret | None:
    """Wrap the key; one that was not given comes from the environment.

    It raises nothing: the frames of a traceback from here would hold the bare key (T5).
    """
    if isinstance(api_key, Secret):
        return api_key
    return key_of_environment() if api_key is None else Secret(api_key)


def key_of_environment(variable: str = API_KEY_VARIABLE) -> Secret | None:
    """The key of the environment, wrapped, or ``None``."""
    key = os.environ.get(variable)
    return Secret(key) if key else None
