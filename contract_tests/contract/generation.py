"""How many examples are drawn, and how: by a seed that can be chosen, shrunk where one fails."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from schemathesis.generation.jsonschema import strategy

# Hypothesis also draws constants that it finds in our modules, as far as they are loaded: what a
# seed stands for would depend on which other tests run in the same process.
providers._get_local_constants = Constants

# One undeclared key in an object tests what five do: each is a value of any shape, dear to draw.
strategy._EXTRA_KEYS = min(strategy._EXTRA_KEYS, 1)

COUNTS = [pytest.param(50, id="50"), pytest.param(500, id="500", marks=pytest.mark.slow)]
"""Examples an operation: in `make test`, and in `make test-slow`."""

DRAWING = settings(
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def drawing(count: int) -> settings:
    """Draw `count` examples, after those that the test itself names."""
    return settings(DRAWING, max_examples=count)
