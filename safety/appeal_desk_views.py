"""The queue of appeals and one of its cases."""

from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from listings.choices import ListingStatus
from safety import appeal_desk, appeals, canned, claims, roles, tickets
from safety.choices import AppealStatus, CaseKind
from safety.desk import facts, flow, frame
from safety.models import Appeal

KIND = CaseKind.APPEAL
PAGE = 50


def _get(pk):
    rows = Appeal.objects.select_related("listing__employer", "employer", "decided_by", "appellant")
    return flow.found_or_404(rows, pk, "没有这份申诉。")


take_next, take, release = flow.hands(KIND, "desk:appeals", _get)


@require_safe
@frame.desk
def queue(request):
    rows = appeal_desk.waiting().select_related("listing__employer", "employer", "decided_by")
    found = list(rows[: PAGE + 1])
    holders = claims.holders(KIND, [row.pk for row in found])
    moderators = set(roles.moderators().values_list("pk", flat=True)[:2])
    for row in found:
        row.thing = appeals.thing_of(row)
        row.employer_shown = appeals.employer_of(row)
        row.words_against = appeals.against_words(row)
        row.is_late = row.due_at < timezone.now()
        row.is_own = _is_own(row, request.user, moderators)
        row.held_by = holders.get(row.pk)
        row.is_mine = row.held_by is not None and row.held_by.moderator_id == request.user.pk
    context = {"rows": found[:PAGE], "more": len(found) > PAGE}
    return frame.page(request, "admin/desk/appeals.html", "appeals", "申诉", **context)


@require_safe
@frame.desk
def case(request, pk):
    found = _get(pk)
    return _case(request, found, _flow(request, found))


@require_POST
@frame.desk
def decide(request, pk):
    return flow.press(request, _flow(request, _get(pk)))


def _is_own(row, user, moderators):
    """Decided by this moderator before, who is not an admin alone: as `roles` says it."""
    if row.decided_by_id != user.pk:
        return False
    return not (user.is_superuser and moderators <= {user.pk})


def _flow(request, found):
    def show(form, status):
        anew = _get(found.pk)
        return _case(request, anew, _flow(request, anew), form, status)

    return flow.Flow(
        kind=KIND,
        number=found.pk,
        name=_name(found),
        queue="appeals",
        labels=appeal_desk.LABELS,
        show=show,
        reasons=lambda: canned.filled(KIND, _known(found)),
        consequences=lambda: appeal_desk.consequences(found),
        does_harm=False,
        has_usual=False,
    )


def _name(found):
    return found.listing.title if found.listing else found.employer.name


def _known(found):
    employer = appeals.employer_of(found)
    title = found.listing.title if found.listing else ""
    return {"title": title, "employer": employer.name if employer else ""}


def _text(found):
    """The text that is argued about: the refused one, else what was public."""
    if found.listing and found.against in (appeals.EDIT, ListingStatus.REJECTED):
        return found.listing.revisions.order_by("-pk").first() or found.listing
    return found.listing


def _case(request, found, steps, form=None, status=200):
    listing, employer = found.listing, appeals.employer_of(found)
    is_open = found.status == AppealStatus.OPEN
    may = roles.may_decide_appeal(request.user, found.decided_by)
    decision = appeals.contested(appeals.thing_of(found))
    context = {
        "appeal": found,
        "name": _name(found),
        "ticket": tickets.shown(found.ticket),
        "against": appeals.against_words(found),
        "decision": decision if decision and decision.against == found.against else None,
        "listing": listing,
        "text": _text(found),
        "employer": employer,
        "is_open": is_open,
        "is_late": is_open and found.due_at < timezone.now(),
        "may": may,
        "obstacles": appeal_desk.obstacles(found) if is_open else [],
        "history": facts.history(listing) if listing else facts.employer_history(employer),
        "decisions": facts.decisions(KIND, found.pk, appeal_desk.LABELS),
        "reports": facts.reports(listing) if listing else [],
        "choices": flow.buttons(steps, appeal_desk.LABELS if is_open and may else ()),
        "reasons": canned.filled(KIND, _known(found)),
        "form": form or steps.form(),
        "seen": appeal_desk.seen(found),
        **flow.claim_context(KIND, found.pk, request.user),
        **(facts.employer_facts(employer) if employer else {}),
    }
    title = f"申诉：{_name(found)}"
    return frame.page(request, "admin/desk/appeal.html", "appeals", title, status, **context)
