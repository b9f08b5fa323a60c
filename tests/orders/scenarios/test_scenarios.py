"""Every line of the scenario table comes out as it says."""

from __future__ import annotations

import pytest

from orders.scenarios.life import Life
from orders.scenarios.table import LIVES


@pytest.mark.parametrize("life", [pytest.param(life, id=f"{life.rule}: {life.says}") for life in LIVES])
def test_a_life_has_the_outcome_that_its_line_says(life: Life) -> None:
    life.play()
