"""What the further roles, and a moderator of a place in which nothing of the world lies, may ask for of
`tests.staff_access`."""

from tests.staff_access import MODERATOR_READS

FURTHER_STAFF = ("town_moderator", "senior", "support", "auditor", "operator")
# What each may open besides the pages of everybody of the staff; by the beginnings of addresses.
OPENS = {
    "town_moderator": ("/admin/desk/",),
    "senior": (
        *("/admin/desk/", "/admin/people/", "/admin/news/article/{article}/preview/"),
        "/admin/screening/",
    ),
    "support": ("/admin/news/article/{article}/preview/",),
    "auditor": (*("/admin/team/", "/admin/news/article/{article}/preview/", "/admin/screening/"),),
    "operator": (
        *("/admin/team/", "/admin/people/", "/admin/state/", "/admin/cities/"),
        *("/admin/screening/", "/admin/requests/"),
    ),
}
EVERYBODY = ("/admin/team/roles/",)
# Auditors look at colleagues and change nothing.
ONLY_LOOKED_AT = {"auditor": ("/admin/team/invite/",)}
# Lists of the admin, by role.
_SETTINGS = {"jobsite.Announcement", "sitekit.SiteText", "sitekit.LimitSetting"}
_SETTINGS |= {"listings.CategorySetting", "screening.BlockedItem"}
_SETTINGS |= {"cities.PlaceDescription", "cities.HotCityList", "news.Hotline"}
READS = {
    "town_moderator": MODERATOR_READS | {"safety.Report", "safety.Appeal"},
    "senior": MODERATOR_READS
    | {"safety.Report", "safety.Appeal", "safety.SecondLookShare", "accounts.User"}
    | {"listings.Rating", "screening.BlockedItem"},
    "support": {"safety.Decision", "safety.Report", "safety.Appeal", "listings.Listing"}
    | {"accounts.Employer", "accounts.User", "listings.Rating", "news.Article"},
    "auditor": MODERATOR_READS
    | {"safety.Report", "safety.Appeal", "accounts.User", "listings.Rating"}
    | {"sitekit.Operator", "screening.TrainedModel"}
    | _SETTINGS,
    "operator": {"listings.ListingSource", "listings.HourlyMinimum", "screening.PayNorm"}
    | {"accounts.User", "sitekit.Operator", "screening.TrainedModel", "safety.SecondLookShare"}
    | {"cities.Region", "cities.ExchangeGroup", "news.RelatedPin", "safety.CannedReason"}
    | _SETTINGS,
}


LISTS = "/admin/lists/"
JOURNAL = "/admin/journal/"
JOURNAL_READERS = ("senior", "support", "auditor", "operator")


def get_journal_answer(role, ask):
    """Searches and exports are those of who made them, so that of the world nothing is found."""
    is_pack = ask.address.endswith("/authority/")
    if role not in JOURNAL_READERS or (is_pack and role != "operator"):
        return 403
    return 404 if "{" in ask.address else ask.answers["admin"]


def get_list_answer(role, ask):
    """Who may open the list may save a filter of it; seniors, auditors and operators may export."""
    if "/filters/" in ask.address:
        return 404
    model = {"listing": "listings.Listing", "user": "accounts.User"}.get(
        ask.address.split("/")[4], ""
    )
    if not model:
        return ask.answers["admin"]
    may_export = role in ("senior", "auditor", "operator")
    is_offered = model != "accounts.User"
    if model not in READS[role] or ("/export/" in ask.address and is_offered and not may_export):
        return 403
    return ask.answers["admin"]


def get_staff_answer(role, ask, method):
    """What one of the further roles is answered at an address of the admin: as an admin where the role
    opens it, but a moderator of another place finds no case."""
    address = ask.address
    if address.startswith(JOURNAL):
        return get_journal_answer(role, ask)
    if address.startswith(LISTS):
        return get_list_answer(role, ask)
    if address.startswith(EVERYBODY):
        return ask.answers["admin"]
    is_change = method == "POST" or address.startswith(ONLY_LOOKED_AT.get(role, ()))
    if not address.startswith(OPENS[role]) or (role == "auditor" and is_change):
        return 403
    if role == "town_moderator" and "{" in address:
        return 404
    like = "admin" if role == "operator" else "moderator"
    return ask.answers["admin" if ask.answers["moderator"] == 403 else like]
