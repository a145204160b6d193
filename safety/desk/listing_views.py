"""The queue of listings and one of its cases."""

from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from listings import categories, completeness, photos
from listings.choices import ListingStatus as S
from listings.models import CONTENT_FIELDS, Listing
from safety import canned
from safety.aftercare import others
from safety.choices import CaseKind
from safety.desk import changes, facts, flow, frame, likeness, listing_desk, queue
from textkit.marked_text import number_reasons, render_marks

KIND = CaseKind.LISTING
# What a text is read by; the other fields stand beside it as facts.
_TEXTS = ("title", "duties", "requirements")
_PAY = ("pay_min", "pay_max", "pay_unit")
_ELSEWHERE = {*_TEXTS, *_PAY, "photos", "contact_name", "contact_phone", "contact_wechat"}


def _get(pk):
    rows = Listing.objects.select_related("employer")
    return flow.found_or_404(rows, pk, "没有这条兼职。")


take_next, take, release = flow.hands(KIND, "desk:listings", _get)


@require_safe
@frame.desk
def listings(request):
    return queue_page(request)


def queue_page(request, wrong="", status=200):
    """`wrong` says what a decision of several lacks; what was ticked then stays so."""
    asked = queue.filters(request.GET)
    rows, more = queue.page(asked)
    context = {
        "rows": queue.dressed(rows, request.user),
        "ticked": request.POST.getlist("case"),
        "wrong": wrong,
        "filters": asked,
        "asked": request.GET.urlencode(),
        "more": more,
        "canned": canned.filled(KIND, {}) if rows else [],
    }
    return frame.page(
        request, "admin/desk/listings.html", "listings", "兼职审核", status, **context
    )


@require_safe
@frame.desk
def listing(request, pk):
    found = _get(pk)
    return _case(request, found, _flow(request, found))


@require_POST
@frame.desk
def decide(request, pk):
    return flow.press(request, _flow(request, _get(pk)))


def _flow(request, found):
    def show(form, status):
        anew = _get(found.pk)  # what was refused may have been decided by others
        return _case(request, anew, _flow(request, anew), form, status)

    assessed = listing_desk.assessment_of(found, listing_desk.text_at_issue(found))
    return flow.Flow(
        kind=KIND,
        number=found.pk,
        name=found.title,
        queue="listings",
        labels=listing_desk.LABELS,
        show=show,
        reasons=lambda: canned.filled(KIND, listing_desk.known(found)),
        consequences=lambda: _consequences(found),
        asks_fraud_type=True,
        fraud_type=assessed.fraud_type if assessed else "",
    )


def _case(request, found, steps, form=None, status=200):
    """Everything about one listing on one page."""
    waiting, text = listing_desk.waiting_text(found), listing_desk.text_at_issue(found)
    shown = text or found
    assessment = listing_desk.assessment_of(found, text)
    marks, spans = number_reasons(assessment.signals if assessment else [])
    actions = listing_desk.actions(found, text is not None)
    context = {
        "listing": found,
        "text": text,
        "waits_beside": waiting is not None and text is None,
        "shown": shown,
        "texts": [_marked(spans, shown, name) for name in _TEXTS],
        "details": [_marked(spans, shown, n) for n in CONTENT_FIELDS if n not in _ELSEWHERE],
        "pay": f"{shown.pay_words} {shown.pay_unit_words}",
        "contact": [_marked(spans, shown, n) for n in CONTENT_FIELDS if n.startswith("contact_")],
        "photos": photos.of(shown),
        "marks": marks,
        "assessment": assessment,
        "why": _why(found, assessment),
        "missing": completeness.missing(shown),
        "changes": _changes(found, text),
        "choices": flow.buttons(steps, actions),
        "reasons": canned.filled(KIND, listing_desk.known(found, text, assessment), actions),
        "form": form or steps.form(),
        "seen": listing_desk.seen(found, waiting),
        **flow.claim_context(KIND, found.pk, request.user),
        **_beside(found, shown),
    }
    return frame.page(
        request, "admin/desk/listing.html", "listings", found.title, status, **context
    )


def _beside(found, shown):
    """The column of facts."""
    employer = found.employer
    return {
        "alike": likeness.alike(found, shown),
        "history": facts.history(found),
        "reports": facts.reports(found),
        "reveals": found.reveals.count(),
        "frauds": found.fraud_cases.all()[:3],
        "decisions": facts.decisions(KIND, found.pk, listing_desk.LABELS),
        "employer": employer,
        "others": facts.other_listings(employer, found) if employer else [],
        **(facts.employer_facts(employer) if employer else {}),
    }


def _why(found, assessment):
    """Why the case is here, each with what would cure it."""
    reasons = list(assessment.reasons) if assessment else []
    if not reasons and categories.CATEGORIES[found.category].high_risk:
        reasons.append({"words": "这一类都由审核员看过再发布。"})
    for case in others.cases_of(found.employer, found)[:3]:
        day = timezone.localtime(case.created_at)
        words = f"同一单位的「{case.listing.title}」{day:%Y-%m-%d} 因涉诈下架：{case.reason}"
        reasons.insert(0, {"words": words})
    if found.status == S.HELD:
        held = found.events.order_by("-pk").values_list("reason", flat=True).first()
        reasons.insert(0, {"words": f"风险暂停：{held}"})
    return reasons


def _marked(spans, content, name):
    words = changes.words(content, name)
    label = str(Listing._meta.get_field(name).verbose_name)
    html = render_marks(words, spans.get(name, ()), overlap="split")
    return {"name": name, "label": label, "html": html}


def _changes(found, text):
    """To the text that was approved last; a new one has nothing to be compared with."""
    if text is None:
        return []
    if found.status not in (S.PENDING, S.REJECTED, S.DRAFT):
        return changes.between(found, text)
    earlier = found.revisions.filter(pk__lt=text.pk).order_by("-pk").first()
    return changes.between(earlier, text) if earlier else []


def _consequences(found):
    shown, signed_up = found.reveals.count(), found.applications.count()
    others_words = "这家单位别的公开兼职一起收起来，逐条重新看。" if found.employer_id else ""
    return [
        "马上从所有公开页面消失，原地址写明是哪一种骗局。",
        f"联系方式被看过 {shown} 次，{signed_up} 人报过名：马上通知他们，附上证据，收不回来。",
        "这里面的联系方式记入黑名单，以后再出现会认出来。",
        *filter(None, [others_words]),
        "不能撤销。发布方只能申诉，由另一位审核员来看。",
    ]
