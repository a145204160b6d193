"""The page of one case, and the page that confirms a final decision of it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import SignedInRequest
from safety.case_messages.messages import (
    EmployerQuestionForm,
    Subject,
    build_ask_path,
    list_case_messages,
)
from safety.case_pages.employer_cases import find_employer_address, list_employer_cases
from safety.case_queues.case_entries import build_entry_marks, list_new_entries
from safety.case_queues.case_notes import (
    NoteForm,
    list_case_notes,
)
from safety.case_queues.case_questions import AnswerForm, ColleagueQuestionForm, list_case_questions
from safety.case_queues.escalations import EscalationForm
from safety.case_queues.postponements import (
    DeferForm,
    find_cases_put_aside,
)
from safety.choices import CaseKind
from safety.models import CannedReason, Decision
from safety.moderation.canned_reasons import (
    find_canned_reasons,
    join_reason_words,
    list_canned_reasons,
)
from safety.moderation.case_facts import MAX_FACTS_SHOWN
from safety.moderation.case_type import AlikeChoice, CaseType, DetailsForm
from safety.moderation.claims import (
    get_claim,
    is_offer,
)
from safety.moderation.decisions import OWN_EMPLOYER_MESSAGE
from safety.moderation.desk_layout import render_desk_page
from safety.moderation.forms import ConfirmForm, DecisionForm
from safety.moderation.permissions import list_moderators_of
from sitekit.refused_posts.typed_fields import collect_typed_input
from sitekit.workflow.refusals import Refusal

KEPT_MARK = "kept"  # says that a page has what was chosen on another one in hidden fields


class CasePage[Row]:
    """The page of one case. Raises `Http404` if there is no such case."""

    def __init__(self, request: SignedInRequest, case_type: CaseType[Row], number: int) -> None:
        self._request, self.case_type, self.number = request, case_type, number
        self.row = case_type.get_or_404(number)

    def render(
        self,
        form: DecisionForm,
        status: int = 200,
        **sent: Any,
    ) -> TemplateResponse:
        """Render the page; `sent` is a form of the page that was sent and not taken, by its name in the template."""
        request, case_type, number, row = self._request, self.case_type, self.number, self.row
        kind = case_type.kind
        # First, so that its mark counts nothing that the page lacks.
        entries = self._build_entry_context()
        is_left_to_others = case_type.is_left_to_others(number, request.user)
        actions = () if is_left_to_others else case_type.list_actions(row, request.user)
        claim = get_claim(kind, number)
        put_aside = find_cases_put_aside(kind, request.user)
        context: dict[str, Any] = {
            "case_type": case_type,
            "not_for_me": OWN_EMPLOYER_MESSAGE if is_left_to_others else "",
            "choices": [(code, case_type.get_action(code)) for code in actions],
            "reasons": self._list_reasons(actions if case_type.sorts_reasons else None),
            "form": form,
            **self._refill_page_forms(),
            "kept_answers": self._list_kept_answers(),
            "seen": case_type.hash_state(row),
            "claim": claim,
            "is_offer": claim is not None and is_offer(claim),
            "mine": claim is not None and claim.moderator_id == request.user.pk,
            "decisions": self._list_decisions(),
            "number": number,
            "put_aside": put_aside.list_of(number),
            "own_postponement": put_aside.get_own(number),
            "defer_form": DeferForm(),
            "escalation": put_aside.get_escalation(number),
            "is_waiting": number in case_type.find_waiting_numbers([number]),
            **entries,
            **self._build_colleague_context(),
            **self._build_words_context(may_ask=not is_left_to_others),
            **self._list_addresses(),
            **case_type.build_context(row),
            **sent,
        }
        if status != HTTPStatus.OK:
            context["unsent"] = self._list_unsent_words(context, sent)
        employer = context.get("employer")
        context["employer_cases"] = list_employer_cases(employer, request.user, kind, number)
        context["employer_address"] = find_employer_address(employer, request.user)
        return self._render(
            f"safety/casework/{kind}.html", case_type.build_page_title(row), status, context
        )

    def _build_entry_context(self) -> dict[str, Any]:
        """Return the mark of what others wrote about the case, and what they wrote since the page was read from
        which a decision was sent."""
        kind, number, moderator = self.case_type.kind, self.number, self._request.user
        mark = self._request.POST.get("entries", "")
        return {
            "entries": build_entry_marks(kind, [number], moderator)[number],
            "new_entries": list_new_entries(kind, number, moderator, mark),
        }

    def _refill_page_forms(self) -> dict[str, DetailsForm | None]:
        """Return the forms for details, with what a decision that was not made had in them."""
        sent_fields = self._request.POST.copy()
        is_decision = bool({"seen", "action"} & set(sent_fields))
        sent_fields.pop("action", None)
        return self.case_type.build_page_forms(
            self.row, self._request.user, sent_fields if is_decision else None
        )

    def _list_kept_answers(self) -> list[tuple[str, str]]:
        """Return names and values of what was chosen on the page that confirms a decision, after it was refused, so
        that the page has them when it is opened again."""
        sent_fields = self._request.POST
        if not {"confirm", KEPT_MARK} & set(sent_fields):
            return []
        names = [name for name in ConfirmForm.base_fields if name != "sure"]
        return [
            (KEPT_MARK, "1"),
            *((name, value) for name in names for value in sent_fields.getlist(name)),
        ]

    def _list_unsent_words(self, context: dict[str, Any], sent: dict[str, Any]) -> list[str]:
        """Return what was typed into a form that the page does not show any more."""
        may_decide = bool(context["choices"])
        is_put_aside_here = may_decide and context["is_waiting"]
        is_shown = {
            "defer_form": is_put_aside_here,
            "escalation_form": is_put_aside_here,
            "employer_ask_form": bool(context["employer_ask_to"]),
            "answer_form": any(
                question.may_answer and question.row.pk == context.get("answered")
                for question in context["questions"]
            ),
        }
        name = next((name for name in sent if name.endswith("_form")), "")
        if is_shown.get(name, bool(name) or (may_decide and context["mine"])):
            return []
        typed = collect_typed_input(self._request)
        return [*(text.value for text in typed.texts), *typed.numbers]

    def _build_words_context(self, *, may_ask: bool) -> dict[str, Any]:
        """Return the notes of colleagues, and the questions to the employer with the replies."""
        kind, number = self.case_type.kind, self.number
        subject = self.get_asked_subject() if may_ask else None
        return {
            "notes": list_case_notes(kind, number),
            "note_form": NoteForm(auto_id="id_note_%s"),
            "case_messages": list_case_messages(kind, number),
            "employer_ask_form": EmployerQuestionForm(auto_id="id_ask_employer_%s"),
            "employer_ask_to": build_ask_path(subject) if subject else "",
        }

    def get_asked_subject(self) -> Subject | None:
        """Return the listing or employer that the employer may be asked about; None for a listing of nobody here and
        for other kinds of case."""
        row: Any = self.row
        if self.case_type.kind == CaseKind.EMPLOYER:
            return row
        is_own_listing = self.case_type.kind == CaseKind.LISTING and row.listing.employer_id
        return row.listing if is_own_listing else None

    def _list_addresses(self) -> dict[str, str]:
        kind, number = self.case_type.kind, self.number
        names = ("note", "skip", "defer", "resume", "take", "release", "decide")
        addresses = {f"{name}_to": reverse(f"desk:{kind}_{name}", args=[number]) for name in names}
        return {**addresses, "next_to": reverse(f"desk:{self.case_type.queue_name}_next")}

    def _build_colleague_context(self) -> dict[str, Any]:
        kind, number, moderator = self.case_type.kind, self.number, self._request.user
        region_code = self.case_type.get_region_code(number)
        colleagues = list_moderators_of(region_code).exclude(pk=moderator.pk)
        names = ("ask", "escalate", "return")
        return {
            "questions": list_case_questions(kind, number, moderator),
            "question_form": ColleagueQuestionForm(colleagues),
            "answer_form": AnswerForm(),
            "escalation_form": EscalationForm(auto_id="id_senior_%s"),
            **{f"{name}_to": reverse(f"desk:{kind}_{name}", args=[number]) for name in names},
        }

    def render_refused(self, refused: Refusal, **sent: Any) -> TemplateResponse:
        """Show why a form of the page was refused, and the form as it was sent. The case is read anew."""
        messages.error(self._request, str(refused))
        page = CasePage(self._request, self.case_type, self.number)
        return page.render(DecisionForm(case_type=self.case_type), HTTPStatus.CONFLICT, **sent)

    def render_confirm(
        self, form: DecisionForm, confirm: ConfirmForm, status: int = 0
    ) -> TemplateResponse:
        context = {
            "case_type": self.case_type,
            "confirm": confirm,
            "alike": self._list_alike_choices(),
            "consequences": self.case_type.list_consequences(self.row),
            "does_harm": self.case_type.does_harm,
        }
        status = status or (422 if confirm.is_bound else 200)
        return self._render_confirmation("confirm", form, context, status)

    def needs_publication_confirmation(self, form: DecisionForm) -> bool:
        """Whether the decision publishes a text of high risk and was not confirmed yet."""
        action = self.case_type.get_action(form.cleaned_data["action"])
        is_confirmed = "confirm" in self._request.POST
        return action.publishes and not is_confirmed and bool(self._list_high_risks())

    def render_publication_confirmation(
        self, form: DecisionForm, status: int = 200
    ) -> TemplateResponse:
        """Name the findings of a text of high risk, and ask whether it is published all the same."""
        return self._render_confirmation(
            "confirm_publication", form, {"findings": self._list_high_risks()}, status
        )

    def _render_confirmation(
        self, template: str, form: DecisionForm, context: dict[str, Any], status: int = 200
    ) -> TemplateResponse:
        of_all = {
            **self._build_entry_context(),
            "case": self.case_type.describe_case(self.row),
            "address": self._request.path,
            "back": reverse(f"desk:{self.case_type.kind}", args=[self.number]),
            "form": form,
            "is_from_queue": "from_queue" in self._request.POST,
            "label": self.case_type.actions[form.cleaned_data["action"]].label,
        }
        return self._render(
            f"safety/moderation/{template}.html", "再确认一次", status, of_all | context
        )

    def _list_high_risks(self) -> list[str]:
        return self.case_type.list_high_risks(self.row)

    def _render(
        self, template: str, title: str, status: int, context: dict[str, Any]
    ) -> TemplateResponse:
        queue = self.case_type.queue_name
        return render_desk_page(self._request, template, queue, title, status, **context)

    def fill_reason(self) -> DecisionForm:
        """Return the form with a canned reason in it; browsers without script ask the server for it."""
        form_data = self._request.POST.dict()
        if reason := self._find_reason(form_data.get("canned")):
            form_data |= {"reason": reason.words}
        return DecisionForm(initial=form_data, case_type=self.case_type)

    def find_reason_words(self, codes: Sequence[str]) -> str:
        """Return the canned reasons with these codes filled for the case, "" if there are none."""
        return join_reason_words(find_canned_reasons(self._list_reasons(), codes))

    def build_decision_form(self) -> DecisionForm:
        """Return the form as it was sent. For a final action without a reason, the case type may suggest one."""
        form_data = self._request.POST.dict()
        code = form_data.get("action", "")
        form_data["action"] = self.case_type.resolve_action(self.row, self._request.user, code)
        action = self.case_type.get_action(form_data["action"])
        if action.suggests_reason and not form_data.get("reason") and "confirm" not in form_data:
            form_data["reason"] = self.case_type.suggest_reason(self.row)
        return DecisionForm(form_data, case_type=self.case_type)

    def build_confirm_form(self, form: DecisionForm) -> ConfirmForm:
        """Return the form with the fraud type of the canned reason, else the one that the case type guesses."""
        reason = self._find_reason(form.cleaned_data["canned"])
        fraud_type = (reason and reason.fraud_type) or self.case_type.guess_fraud_type(self.row)
        return ConfirmForm(
            self._request.POST if "confirm" in self._request.POST else None,
            with_fraud_type=self.case_type.asks_fraud_type,
            with_freeze=self.case_type.may_freeze_employer(self.row),
            alike=self._list_alike_choices(),
            initial={"fraud_type": fraud_type} | self._read_kept_answers(),
        )

    def _read_kept_answers(self) -> dict[str, Any]:
        """Return what `_list_kept_answers` wrote into the page of the case."""
        sent_fields = self._request.POST
        if KEPT_MARK not in sent_fields:
            return {}
        return {
            "freeze": "freeze" in sent_fields,
            "not_frozen_because": sent_fields.get("not_frozen_because", ""),
            "alike": sent_fields.getlist("alike"),
            **({"fraud_type": sent_fields["fraud_type"]} if sent_fields.get("fraud_type") else {}),
        }

    def _list_alike_choices(self) -> list[AlikeChoice]:
        """Return the similar cases that this moderator may decide."""
        case_type, moderator = self.case_type, self._request.user
        return [
            choice
            for choice in case_type.list_alike_choices(self.row)
            if case_type.is_in_scope(choice.number, moderator)
            and not case_type.is_left_to_others(choice.number, moderator)
        ]

    def _list_decisions(self) -> QuerySet[Decision]:
        """Return the newest decisions, each with `words`, the label of its action."""
        decisions = Decision.objects.filter(kind=self.case_type.kind, number=self.number)
        decisions = decisions.select_related("moderator")[:MAX_FACTS_SHOWN]
        for decision in decisions:
            decision.words = self.case_type.get_action(decision.action).label
        return decisions

    def _list_reasons(self, actions: Sequence[str] | None = None) -> list[CannedReason]:
        facts = self.case_type.collect_reason_facts(self.row)
        return list_canned_reasons(self.case_type.kind, facts, actions)

    def _find_reason(self, code: str | None) -> CannedReason | None:
        if not code:
            return None
        return next((reason for reason in self._list_reasons() if reason.code == code), None)
