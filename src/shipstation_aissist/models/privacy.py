"""What the ``repr`` of a model hides: it shows ids, numbers, codes and dates, never a person and no free text.

A tracer that prints local variables must not print a customer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

Fields = list["attrs.Attribute[Any]"]


def hides(*names: str) -> Callable[[type, Fields], Fields]:
    """A field transformer that keeps these fields of a model out of its ``repr``."""

    def transformer(model: type, fields: Fields) -> Fields:
        unknown = set(names) - {field.name for field in fields}
        if unknown:
            raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))} to hide")
        return [field.evolve(repr=False) if field.name in names else field for field in fields]

    return transformer
