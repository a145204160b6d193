"""The fraud types that threaten each kind of work: their alerts are shown beside listings."""

from listings.choices import WorkMode
from listings.vocabulary.categories import CATEGORIES, codes_under
from screening.fraud_types import FraudType as F

# Any kind of work: money asked in advance, papers kept, wages not paid.
ALWAYS = (F.UPFRONT_FEE, F.AGENCY_FEE, F.WAGE_THEFT)
BY_GROUP = {
    "online": (F.BRUSHING_REBATE, F.ACCOUNT_TASKS, F.TYPING_SCAM, F.PAID_POSTERS),
    "promotion": (F.ACCOUNT_TASKS, F.PYRAMID, F.CARD_RENTAL),
    "clerical": (F.TYPING_SCAM, F.TRAINING_LOAN),
    "skills": (F.TRAINING_LOAN,),
    "education": (F.INFO_HARVEST, F.AGENCY_FEE),
    "events": (F.MODEL_CARD, F.UPFRONT_FEE),
    "customer_service": (F.FAKE_CS_CALLER, F.GOIP_RELAY),
    "labour": (F.ID_SEIZURE, F.AGENCY_FEE),
    "errands": (F.CASH_COURIER, F.MONEY_MULE),
    "intern": (F.TRAINING_LOAN,),
    "other": (F.BRUSHING_REBATE, F.CARD_RENTAL),
}
BY_CATEGORY = {
    "handicraft": (F.HANDICRAFT_DEPOSIT,),
    "etiquette_model": (F.MODEL_CARD,),
    "telephone_operator": (F.FAKE_CS_CALLER, F.GOIP_RELAY),
    "courier": (F.FAKE_RECRUITER_CONTACT,),
    "live_stream": (F.TRAINING_LOAN, F.OVERSEAS_JOB),
}


def threats_of(category: str) -> tuple[str, ...]:
    """Return the fraud types to warn of, the most specific to the category first."""
    group = CATEGORIES[category].group
    threats = (*BY_CATEGORY.get(category, ()), *BY_GROUP.get(group, ()), *ALWAYS)
    return tuple(dict.fromkeys(threats))


def find_threatening_fraud_types(values: list[str], mode: str = "") -> tuple[str, ...]:
    """Return the fraud types for the categories of a list's filters; () if no category is chosen."""
    codes = [code for value in values for code in codes_under(value)]
    if not codes and mode == WorkMode.ONLINE:
        codes = codes_under("online")
    return tuple(dict.fromkeys(threat for code in codes for threat in threats_of(code)))
