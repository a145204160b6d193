"""Which schemes and topics are close: a person who met one of a family is likely to meet the others.

Families are finer than `FraudGroup`, which says what a scheme threatens and not how it works. A scheme may be in two
families. A scheme in no family has no kindred ones.
"""

from functools import cache

_FAMILIES = (
    # Small sums are paid first, then a large one is asked.
    ("brushing_rebate", "account_tasks", "gift_bait", "paid_posters"),
    # Work is offered, and money is asked before it begins.
    (
        "upfront_fee",
        "agency_fee",
        "training_loan",
        "typing_scam",
        "handicraft_deposit",
        "model_card",
    ),
    # Crimes for which the worker lends cards, accounts, a phone or their own work.
    (
        "money_mule",
        "card_rental",
        "account_rental",
        "cash_courier",
        "goip_relay",
        "fake_cs_caller",
    ),
    # The recruiter is not a real one.
    ("fake_recruiter_contact", "info_harvest", "overseas_job", "brushing_rebate"),
    # The employer keeps papers or pay.
    ("wage_theft", "id_seizure", "agency_fee"),
    # Work far away, where people are kept.
    ("overseas_job", "pyramid", "id_seizure"),
    # Returns are promised.
    ("fake_investment", "romance", "illegal_fundraising"),
    # A caller claims to be somebody, and has money moved.
    ("impersonate_cs", "impersonate_police", "impersonate_boss", "fake_cs_caller"),
    ("fake_shopping", "game_trade"),
    # Where work is found.
    ("job_fair", "day_labour", "flexible", "internship", "student_work", "delivery_season"),
    ("job_fair", "job_hunting", "graduates", "internship", "archives"),
    ("job_fair", "factory_jobs", "labour_transfer", "village_workshops"),
    ("day_labour", "staffing", "agency_fee"),
    ("student_work", "tutoring", "young_workers"),
    ("exams", "community_jobs"),
    ("overseas_labour", "overseas_job"),
    # Work on the road.
    ("riders", "ride_hailing", "trucking", "delivery_season"),
    # What is paid for work.
    ("wage_standard", "wage_protection", "labour_rights", "wage_theft"),
    ("labour_rights", "women_workers", "young_workers", "workplace_safety", "summer_heat"),
    # What insures work.
    ("flexible_insurance", "social_insurance", "unemployment"),
    ("unemployment", "employment_aid", "disability", "village_workshops"),
    # What is learned for work.
    ("skills", "household", "startup", "new_jobs"),
    # Who looks after others.
    ("household", "elder_care"),
    # Where work is sought after the harvest.
    ("farm_work", "fishery"),
    # People who come to a city.
    ("talent", "housing", "residence"),
    ("performers", "events", "culture"),
    ("restaurants", "food_safety", "night_market"),
    # How people are warned, and what they do after it.
    ("anti_fraud_campaign", "after_fraud"),
    ("job_traps", "upfront_fee", "training_loan", "agency_fee", "id_seizure"),
)
# The topic that tells the matter of a scheme from the other side: pay that is kept back, and pay that is claimed.
_COUNTERPARTS = {"wage_theft": "wage_protection"}


def get_counterpart_topic(scheme: str) -> str:
    """Return the topic, "" for a scheme that has none."""
    return _COUNTERPARTS.get(scheme, "")


@cache
def list_kindred_matters(matter: str) -> tuple[str, ...]:
    """Return the other members of its families, those of the first family first."""
    families = [family for family in _FAMILIES if matter in family]
    return tuple(dict.fromkeys(kin for family in families for kin in family if kin != matter))
