"""What the site says of a text: the engine, with all that the tables know of it.

The gate before publication, the checker and `manage.py screen` all call `screen_text`.
"""

from time import perf_counter

from screening import engine
from screening.assessment import Assessment
from screening.contacts.known_contacts import add_known_contacts
from screening.context import Context
from screening.facts.pay_norms import add_pay_norm
from screening.refitted_models import load_active_model
from sitekit.telemetry.counters import SCREENING_SECONDS


def screen_text(text: str, context: Context | None = None) -> Assessment:
    """Reads the database; see `engine.assess` for what needs none."""
    begun = perf_counter()
    assessment = engine.assess(text, add_facts(text, context or Context()), load_active_model())
    outcome = "stopped" if assessment.stops else assessment.level
    SCREENING_SECONDS.labels(outcome).observe(perf_counter() - begun)
    return assessment


def add_facts(text: str, context: Context) -> Context:
    """Look up what the tables know of the pay and of the contacts."""
    return add_known_contacts(text, add_pay_norm(text, context))
