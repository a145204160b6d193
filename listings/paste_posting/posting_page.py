"""What the page of a listing to be written shows, for a visitor's draft and for one of an employer."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from accounts.models import Employer, User
from listings.employer_desk.drafts import collect_typed_values
from listings.employer_desk.posting_forms import FIELD_NAMES, LINE_FIELD_NAMES, PostingForm
from listings.models import Listing
from listings.models.revision import TypedValues
from listings.paste_posting.cures import apply_cure
from listings.paste_posting.findings import (
    LOOK,
    NOTE,
    WRONG,
    PageFindings,
    RowMessage,
    find_page_findings,
)
from listings.paste_posting.one_page_form import (
    build_one_page_form,
    choose_category,
    fill_usual_answers,
    list_category_guesses,
)
from listings.paste_posting.preview_row import render_preview_row
from listings.post_reader.post_reading import PostReading
from listings.post_reader.work_reader import find_category_by_words
from listings.publication.gate import REFUSE
from listings.vocabulary.categories import CATEGORIES
from sitekit.forms.pasted_markup import strip_pasted_markup

PROMISE_FIELD = "no_fee"
FIELDS_MISSING_MESSAGE = "还有没填好的，看下面标红的。"
TEXT_REFUSED_MESSAGE = "这样写不能发布，看下面标红的。"
NOT_SIGNED = "请先勾选承诺：不向求职者收任何费用。"
PROMISE_MESSAGE = RowMessage(NOTE, "勾上这条承诺，才能提交。", anchor=f"id_{PROMISE_FIELD}_error")
STRIPPED_ALL = "粘贴进来的只有网页代码，没有留下文字。"
FOLLOW_FIELD = "follow"  # what the script sends while somebody types: judged, not stored
CONTEST_BUTTON = "contest"  # the button that submits a refused text, so that a person looks at it


class PostingPage(NamedTuple):
    """What was typed, judged; `photos` are ids of pictures."""

    typed: TypedValues
    form: PostingForm
    reading: PostReading
    findings: PageFindings
    employer: Employer | None
    photos: list[int]

    def find_trouble(self, go: str) -> str:
        """Return why it cannot be submitted by the button `go`, in words, or ""."""
        findings = self.findings
        if not self.form.is_valid() or findings.duplicate:
            return FIELDS_MISSING_MESSAGE
        if findings.outcome == REFUSE and go != CONTEST_BUTTON:
            return TEXT_REFUSED_MESSAGE
        return "" if self.is_signed else NOT_SIGNED

    @property
    def is_signed(self) -> bool:
        return self.typed.get(PROMISE_FIELD) == ["yes"]

    def count_places_left(self, *, is_tried: bool) -> int:
        """Return how many places still prevent the submission. The missing promise counts only after an attempt to
        submit."""
        findings = self.findings
        has_general = any(message.tone == WRONG for message in findings.general)
        return len(findings.lacking) + has_general + (is_tried and not self.is_signed)


class PressedForm(NamedTuple):
    """The form that a press sent. `typed` is stored, `shown` stands on the page. `is_cured`: the button changed a
    field."""

    go: str
    typed: TypedValues
    shown: TypedValues
    is_cured: bool
    has_typed: bool


def read_pressed_form(request: HttpRequest) -> PressedForm:
    typed = collect_typed_values(FIELD_NAMES, request.POST)
    has_typed = any(value.strip() for values in typed.values() for value in values)
    is_cured = apply_page_button(typed, request.POST)
    typed = fill_usual_answers(typed)
    shown = typed | {PROMISE_FIELD: request.POST.getlist(PROMISE_FIELD)[:1]}
    return PressedForm(request.POST.get("go", ""), typed, shown, is_cured, has_typed)


def read_edition(request: HttpRequest) -> int:
    digits = request.POST.get("edition", "")
    return int(digits) if digits.isdecimal() and len(digits) < 9 else -1


def judge_typed_post(
    typed: TypedValues,
    reading: PostReading,
    employer: Employer | None,
    user: User | None,
    *,
    draft_of: Listing | None = None,
    photos: list[int],
) -> PostingPage:
    """Judge what was typed, for a new listing or for a draft of one."""
    form = build_one_page_form(typed, draft_of)
    findings = find_page_findings(form, reading, employer, user, draft_of, photos)
    return PostingPage(typed, form, reading, findings, employer, photos)


def apply_page_button(typed: TypedValues, posted: QueryDict) -> bool:
    """Change the typed fields as the button says, or choose the kind that was searched for; return whether it did."""
    words = posted.get("category_words", "")
    is_cured = apply_cure(typed, posted.get("go", ""))
    return is_cured or (bool(words.strip()) and choose_category(words, typed))


def _say_what_was_stripped(request: HttpRequest, judged: PostingPage) -> None:
    """Show beside the row that HTML was removed from a pasted line; only the request still has what was typed."""
    for state in judged.findings.rows:
        for name in set(state.row.names) & set(LINE_FIELD_NAMES):
            typed = request.POST.get(name, "")
            stripped = strip_pasted_markup(typed)
            if stripped != typed:
                words = (
                    f"粘贴带进来的网页代码去掉了，留下的是“{stripped}”。"
                    if stripped
                    else STRIPPED_ALL
                )
                state.messages.append(RowMessage(LOOK, words))


def _find_unknown_kind(request: HttpRequest) -> str:
    """Return the searched words if they name no kind of work; the category is then unchanged."""
    words = request.POST.get("category_words", "").strip()
    return words[:20] if words and not find_category_by_words(words) else ""


def render_posting_page(
    request: HttpRequest,
    judged: PostingPage,
    page_context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    title, duties, category = (
        "".join(judged.typed.get(name, [])[:1]) for name in ("title", "duties", "category")
    )
    findings = judged.findings
    _say_what_was_stripped(request, judged)
    context = {
        "form": judged.form,
        "findings": findings,
        "employer": judged.employer,
        "guesses": list_category_guesses(title, duties or judged.reading.post.text, category),
        "unknown_kind": _find_unknown_kind(request),
        "kinds": [kind.label for kind in CATEGORIES.values() if not kind.change.is_hidden],
        "first_lacking": next(iter(findings.lacking), None),
        "preview": render_preview_row(judged.form, judged.employer, judged.photos),
        "photo_count": len(judged.photos),
        "is_signed": judged.is_signed,
        "general": findings.general if judged.is_signed else [PROMISE_MESSAGE, *findings.general],
        "places_left": judged.count_places_left(is_tried=bool(page_context.get("trouble"))),
        "may_contest": judged.employer is not None and findings.may_be_contested,
    }
    return render(
        request, "listings/paste_posting/post.html", context | page_context, status=status
    )
