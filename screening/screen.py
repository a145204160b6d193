"""What the site says of a text: the engine, with all that the tables know of it.

The gate before publication, the checker and `manage.py screen` all call `screen`.
"""

from . import engine, known, learned, pay
from .assessment import Assessment
from .context import Context

# Each takes (text, context) and returns a context that says more.
LOOK_UPS = (pay.with_norm, known.with_known, learned.with_learned)


def screen(text: str, context: Context | None = None) -> Assessment:
    """Reads the database; see `engine.assess` for what needs none."""
    return engine.assess(text, with_facts(text, context or Context()))


def with_facts(text: str, context: Context) -> Context:
    for look_up in LOOK_UPS:
        context = look_up(text, context)
    return context
