"""Every figure once more, from the events and by another way than `counting`: each history is read
from its beginning, in plain Python. What is published must agree with it.

Two things can be told no more once they have changed: where an employer was registered before it
moved, and the type of a fraud whose removal was taken back, where no case was kept. Such a fact is
loose: it counts for the nation, and may or may not belong to a place or a part.
"""

from collections import Counter, defaultdict
from itertools import groupby
from operator import itemgetter

from accounts.models import Employer, EmployerEvent
from listings.choices import ListingStatus as S
from listings.models import Listing, ListingEvent, ListingRevision, RevisionAssessment
from safety.choices import CaseKind
from safety.governance.counting import NATION, list_codes_around
from safety.governance.figures import FIGURES, part_of
from safety.governance.months import get_month_of
from safety.governance.tally import convert_to_coarse_minutes
from safety.models import AppealEvent, Decision, FraudCase, ReportEvent, Warned

ANYWHERE = -1  # the place of what happened somewhere that is no longer known
_MOVED = "所在地区"  # what the event of an employer that moved says


class Derived:
    """`sure[month, code of a place][figure, kind, key]`, and the same of what is loose."""

    def __init__(self):
        self.sure = defaultdict(Counter)
        self.loose = defaultdict(Counter)

    def add(self, at, code, place, part="", seconds=None):
        """`place` None is the nation alone; `part` None is a part that is no longer known."""
        month = get_month_of(at)
        keys = [(code, "n", "")]
        if FIGURES[code].by:
            keys.append((code, "part", part and part_of(FIGURES[code].by, part)))
        if seconds is not None:
            keys.append((code, "time", convert_to_coarse_minutes(seconds)))
        for place_code in [NATION] if place == ANYWHERE else list_codes_around(place):
            for key in keys:
                which = self.loose if key[2] is None else self.sure
                which[month, place_code][key] += 1
        if place == ANYWHERE:
            self.loose[month, ANYWHERE].update(keys)

    def bounds(self, month, code, key) -> tuple[int, int]:
        """The least and the most that may be published."""
        least = self.sure[month, code][key]
        loose = self.loose[month, code]
        more = loose[key] + (loose[key[0], "part", None] if key[1] == "part" else 0)
        if code != NATION:
            more += self.loose[month, ANYWHERE][key]
        return least, least + more


def derive_month_figures(start, until) -> Derived:
    """Of everything that happened from `start` to just before `until`."""
    found = Derived()
    for walk in (_listings, _employers, _reports, _appeals, _warnings):
        walk(found, start, until)
    return found


def _histories(model, owner, start, until, *columns):
    """(owner, events oldest first) of each that had an event then, with all it had before."""
    then = model.objects.filter(created_at__gte=start, created_at__lt=until)
    rows = model.objects.filter(**{f"{owner}__in": then.values(owner)}).order_by(owner, "pk")
    names = (owner, "pk", "created_at", "before", "after", *columns)
    for number, group in groupby(rows.values_list(*names).iterator(), itemgetter(0)):
        yield number, [dict(zip(names, row, strict=True)) for row in group]


def _standing(events):
    """Without what was undone: an undoing takes the event before it away."""
    kept = []
    for event in events:
        if event["action"] == "undo":
            del kept[-1:]
        else:
            kept.append(event)
    return kept


def _listings(found, start, until):
    facts, places = _Facts(start, until), _places()
    columns = ("action", "actor_id", "revision_id")
    for number, events in _histories(ListingEvent, "listing_id", start, until, *columns):
        handed_in = edited = None
        for event in _standing(events):
            at = event["created_at"]
            if start <= at < until:
                for code, part in _of_listing(event, facts):
                    found.add(at, code, places[number], part)
                since = _since(event, handed_in, edited)
                if since is not None:
                    took = (at - since).total_seconds()
                    found.add(at, "decision_time", places[number], seconds=took)
            if event["action"] in ("submit_edit", "import_update"):
                edited = at
            elif _decides_text(event):
                edited = None
            if event["after"] == S.PENDING != event["before"]:
                handed_in = at


def _of_listing(event, facts):
    """(figure, part) of one event."""
    action, before, after = event["action"], event["before"], event["after"]
    is_new = before in (S.DRAFT, S.PENDING)
    who = "person" if event["actor_id"] else "auto"
    handed_in = before == S.DRAFT and after in (S.PENDING, S.PUBLISHED, S.REJECTED)
    if action == "import" or handed_in:
        yield "submitted", ""
    if action == "publish" and is_new:
        yield f"published_{who}", ""
    elif action == "publish" and before in (S.HELD, S.REMOVED, S.REMOVED_FRAUD):
        yield "restored", ""
    elif action == "refuse_edit":
        yield f"edits_refused_{who}", ""
    elif after == S.REJECTED and is_new:
        yield f"refused_{who}", facts.reason(event)
    elif action != "publish" and before != after:
        yield from _taken_down(event, facts)


def _taken_down(event, facts):
    if event["after"] == S.HELD:
        yield ("held_person" if event["actor_id"] else "held_reports"), ""
    elif event["after"] == S.REMOVED:
        yield "removed", ""
    elif event["after"] == S.REMOVED_FRAUD:
        yield "removed_fraud", facts.fraud_type(event)


def _since(event, handed_in, edited):
    """When what a moderator decided was handed in."""
    if not event["actor_id"]:
        return None
    if event["action"] in ("approve_edit", "refuse_edit"):
        return edited
    decided = event["action"] == "publish" or event["after"] == S.REJECTED
    return handed_in if decided and event["before"] == S.PENDING else None


def _decides_text(event):
    """Nothing waits any more: an appeal that approves it anew waited for nobody."""
    is_new = event["before"] in (S.DRAFT, S.PENDING)
    is_edit = event["action"] in ("approve_edit", "refuse_edit")
    return is_edit or (is_new and event["after"] in (S.PUBLISHED, S.REJECTED))


class _Facts:
    """What stands beside the events of listings: the reasons of refusals, the types of fraud."""

    def __init__(self, start, until):
        events = ListingEvent.objects.filter(created_at__gte=start, created_at__lt=until)
        canned = Decision.objects.filter(kind=CaseKind.LISTING, event__in=events.values("pk"))
        self.canned = dict(canned.values_list("event", "canned"))
        said = RevisionAssessment.objects.filter(
            revision__in=events.filter(after=S.REJECTED).values("revision")
        )
        self.said = dict(said.values_list("revision", "reasons"))
        self.types = dict(FraudCase.objects.values_list("event", "fraud_type"))
        removed = Listing.objects.filter(status=S.REMOVED_FRAUD)
        self.types_now = dict(removed.values_list("pk", "fraud_type"))

    def reason(self, event):
        if event["pk"] in self.canned:
            return self.canned[event["pk"]] or "other"
        reasons = [] if event["actor_id"] else self.said.get(event["revision_id"]) or []
        return (reasons[0].get("code") if reasons else "") or "other"

    def fraud_type(self, event):
        return self.types.get(event["pk"]) or self.types_now.get(event["listing_id"]) or None


def _places() -> dict[int, int]:
    """By listing: where its first text placed it."""
    places = dict(Listing.objects.values_list("pk", "region_id"))
    texts = ListingRevision.objects.order_by("-pk").values_list("listing_id", "region_id")
    places.update(texts.iterator())  # the first text is the last to be said
    return places


def _employers(found, start, until):
    places = dict(Employer.objects.values_list("pk", "region_id"))
    columns = ("action", "reason")
    for number, events in _histories(EmployerEvent, "employer_id", start, until, *columns):
        moves = [e["created_at"] for e in events if e["action"] == "edit" and _MOVED in e["reason"]]
        handed_in = None
        for event in _standing(events):
            at, action = event["created_at"], event["action"]
            code = _of_employer(event)
            if code and start <= at < until:
                place = ANYWHERE if any(move > at for move in moves) else places[number]
                found.add(at, code, place)
                if code in ("employers_checked", "employers_rejected") and handed_in:
                    took = (at - handed_in).total_seconds()
                    found.add(at, "employer_time", place, seconds=took)
            if action in ("pending", "renew"):
                handed_in = at


def _of_employer(event):
    before, after = event["before"], event["after"]
    if event["action"] == "recheck" or (before, after) == ("pending", "verified"):
        return "employers_checked"
    if before == after:
        return None
    if after == "rejected":
        return "employers_rejected" if before == "pending" else None
    return {"frozen": "employers_frozen", "banned": "employers_banned"}.get(after)


def _last_words(events):
    """What a report or an appeal came to stands in its last event; what came before was undone."""
    first, *rest = events
    return [first, *([rest[-1]] if rest else [])]


def _reports(found, start, until):
    places = _places()
    columns = ("report__reason", "report__created_at", "report__due_at", "report__listing_id")
    for _number, events in _histories(ReportEvent, "report_id", start, until, *columns):
        for event in _last_words(events):
            at, listing = event["created_at"], event["report__listing_id"]
            if not start <= at < until:
                continue
            place = places[listing] if listing else None
            if event["after"] == "received" and not event["before"]:
                found.add(at, "reports", place, event["report__reason"])
            elif event["after"] in ("upheld", "dismissed"):
                found.add(at, f"reports_{event['after']}", place)
                took = (at - event["report__created_at"]).total_seconds()
                found.add(at, "report_time", place, seconds=took)
                if at <= event["report__due_at"]:
                    found.add(at, "reports_in_time", place)


def _appeals(found, start, until):
    places, homes = _places(), dict(Employer.objects.values_list("pk", "region_id"))
    moved = EmployerEvent.objects.filter(action="edit", reason__contains=_MOVED)
    moves = dict(moved.order_by("pk").values_list("employer_id", "created_at"))
    columns = ("appeal__listing_id", "appeal__employer_id")
    for _number, events in _histories(AppealEvent, "appeal_id", start, until, *columns):
        for event in _last_words(events):
            at, employer = event["created_at"], event["appeal__employer_id"]
            if not start <= at < until:
                continue
            if event["appeal__listing_id"]:
                place = places[event["appeal__listing_id"]]
            else:
                is_moved = employer in moves and moves[employer] > at
                place = ANYWHERE if is_moved else homes[employer]
            if event["after"] == "open" and not event["before"]:
                found.add(at, "appeals", place)
            elif event["after"] in ("upheld", "dismissed"):
                found.add(at, f"appeals_{event['after']}", place)


def _warnings(found, start, until):
    places = _places()
    rows = Warned.objects.filter(created_at__gte=start, created_at__lt=until)
    for at, listing in rows.values_list("created_at", "case__listing_id"):
        found.add(at, "warned", places[listing])
