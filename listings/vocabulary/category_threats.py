"""The fraud types that threaten each kind of work: their alerts are shown beside listings."""

from listings.choices import WorkMode
from listings.vocabulary.categories import CATEGORIES, list_category_codes

# Any kind of work: money asked in advance, papers kept, wages not paid.
THREATS_OF_ALL_WORK = ("upfront_fee", "agency_fee", "wage_theft")
BY_GROUP = {
    "online": ("brushing_rebate", "account_tasks", "typing_scam", "paid_posters"),
    "promotion": ("account_tasks", "pyramid", "card_rental"),
    "clerical": ("typing_scam", "training_loan"),
    "skills": ("training_loan",),
    "education": ("info_harvest", "agency_fee"),
    "events": ("model_card", "upfront_fee"),
    "customer_service": ("fake_cs_caller", "goip_relay"),
    "labour": ("id_seizure", "agency_fee"),
    "errands": ("cash_courier", "money_mule"),
    "intern": ("training_loan",),
    "other": ("brushing_rebate", "card_rental"),
}
BY_CATEGORY = {
    "handicraft": ("handicraft_deposit",),
    "etiquette_model": ("model_card",),
    "telephone_operator": ("fake_cs_caller", "goip_relay"),
    "courier": ("fake_recruiter_contact",),
    "live_stream": ("training_loan", "overseas_job"),
}


def list_particular_threats(category: str) -> tuple[str, ...]:
    """Return the fraud types that threaten this kind of work more than others."""
    group = CATEGORIES[category].group
    return tuple(dict.fromkeys((*BY_CATEGORY.get(category, ()), *BY_GROUP.get(group, ()))))


def list_category_threats(category: str) -> tuple[str, ...]:
    """Return the fraud types to warn of, the most specific to the category first."""
    return tuple(dict.fromkeys((*list_particular_threats(category), *THREATS_OF_ALL_WORK)))


def find_threatening_fraud_types(values: list[str], mode: str = "") -> tuple[str, ...]:
    """Return the fraud types for the categories of a list's filters; () if no category is chosen."""
    codes = [code for value in values for code in list_category_codes(value)]
    if not codes and mode == WorkMode.ONLINE:
        codes = list_category_codes("online")
    return tuple(dict.fromkeys(threat for code in codes for threat in list_category_threats(code)))


def list_threatened_works(fraud_type: str) -> list[str]:
    """Return the groups and categories that the fraud type threatens, as written in addresses; first the one that
    it threatens most. Return [] for a type that threatens no kind of work in particular."""
    if fraud_type in THREATS_OF_ALL_WORK:
        return []
    ranks = [
        (threats.index(fraud_type), len(threats), is_group, work)
        for is_group, table in ((False, BY_CATEGORY), (True, BY_GROUP))
        for work, threats in table.items()
        if fraud_type in threats and work != "other"
    ]
    return [work for *_, work in sorted(ranks, key=lambda rank: rank[:3])]
