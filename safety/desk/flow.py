"""What follows when a button of a case is pressed: a reason filled in, a second question, the
decision and the next case."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from safety import claims, deciding
from safety.desk import frame
from safety.desk.forms import ConfirmForm, DecisionForm

# What a key decides. What ends a listing or an employer has none: it is meant to be slow.
KEYS = dict.fromkeys(
    ("published", "approve_edit", "restore", "verified", "unfrozen", "upheld"), "a"
) | {"rejected": "r", "refuse_edit": "r", "dismissed": "r", "held": "h", "frozen": "h"}


@dataclass(frozen=True)
class Flow:
    """One case on its way to a decision. `show(form, status)` draws its page."""

    kind: str
    number: int
    name: str
    queue: str  # the entry of the navigation, and the name of the queue's address
    labels: dict
    show: Callable
    reasons: Callable[[], list]
    consequences: Callable[[], list[str]] = list
    asks_fraud_type: bool = False
    fraud_type: str = ""  # what the automatic check takes it for
    does_harm: bool = True  # what asks twice
    has_usual: bool = True  # the first button
    details: dict = field(default_factory=dict)

    @property
    def desk(self):
        return deciding.DESKS[self.kind]

    @property
    def case(self):
        return f"desk:{self.kind}"

    def form(self, data=None, **kwargs):
        return DecisionForm(data, labels=self.labels, desk=self.desk, **kwargs)


def press(request, flow: Flow):
    if "fill" in request.POST:
        return flow.show(_with_reason(request, flow), 200)
    form = flow.form(request.POST)
    if not form.is_valid():
        return flow.show(form, 422)
    data = form.cleaned_data
    final = data["action"] in flow.desk.final
    confirm = ConfirmForm(
        request.POST if "confirm" in request.POST else None,
        with_fraud_type=flow.asks_fraud_type,
        initial={"fraud_type": _usual_fraud_type(flow, data["canned"])},
    )
    if final and not confirm.is_valid():
        return _ask_twice(request, flow, form, confirm)
    try:
        deciding.decide(
            flow.kind,
            flow.number,
            data["action"],
            request.user,
            data["reason"],
            canned=data["canned"],
            fraud_type=confirm.cleaned_data.get("fraud_type", "") if final else "",
            confirmed=final,
            seen=data["seen"],
            **flow.details,
        )
    except deciding.REFUSALS as refused:
        frame.refused(request, refused)
        return flow.show(form, 409)
    if final:
        label = flow.labels[data["action"]]
        frame.say(request, f"「{flow.name}」：{label}。这个决定不能撤销。")
    return go_on(request, flow.kind, f"desk:{flow.queue}")


def hands(kind, queue_address, get):
    """The views that take the next case of this kind, take one, and let go of one."""

    @require_POST
    @frame.desk
    def take_next(request):
        return go_on(request, kind, queue_address)

    @require_POST
    @frame.desk
    def take(request, pk):
        return _take(request, kind, get(pk).pk)

    @require_POST
    @frame.desk
    def release(request, pk):
        claims.release(kind, pk, request.user)
        return redirect(queue_address)

    return take_next, take, release


def found_or_404(rows, pk, words):
    if (found := rows.filter(pk=pk).first()) is None:
        raise Http404(words)
    return found


def go_on(request, kind, queue_address):
    """To the next case that waits and nobody has in hand, taken; else to the queue."""
    number = claims.take_next(kind, deciding.DESKS[kind].queue(request.user), request.user)
    if number is None:
        frame.say(request, "这一队都处理完了，或者都有人在看。")
        return redirect(queue_address)
    return redirect(f"desk:{kind}", number)


def _take(request, kind, number):
    """Take a case, or take it anew; script asks for that while somebody works on it."""
    quietly = request.headers.get("X-Desk") == "renew"
    try:
        claims.take(kind, number, request.user)
    except claims.Taken as taken:
        if quietly:
            return HttpResponse(status=409)
        frame.refused(request, taken)
    return HttpResponse(status=204) if quietly else redirect(f"desk:{kind}", number)


def claim_context(kind, number, user: User) -> dict:
    claim = claims.holder(kind, number)
    return {"claim": claim, "mine": claim is not None and claim.moderator_id == user.pk}


def buttons(flow: Flow, actions):
    """What can be pressed. The first is the filled one; what asks twice is red, if it does harm."""
    return [_button(flow, action, place == 0) for place, action in enumerate(actions)]


def _button(flow, action, is_first):
    asks_twice = action in flow.desk.final
    return {
        "action": action,
        "label": flow.labels[action] + ("…" if asks_twice else ""),
        "is_danger": asks_twice and flow.does_harm,
        "is_filled": is_first and flow.has_usual,
        "key": KEYS.get(action, ""),
        "needs_reason": action in flow.desk.needs_reason,
    }


def _with_reason(request, flow):
    """The form anew with a canned reason in it: without script that is asked of the server."""
    data = request.POST.dict()
    if chosen := _chosen(flow, data.get("canned")):
        data |= {"reason": chosen.words}
    return flow.form(initial=data)


def _chosen(flow, code):
    return next((one for one in flow.reasons() if one.code == code), None) if code else None


def _usual_fraud_type(flow, code):
    chosen = _chosen(flow, code)
    return (chosen and chosen.fraud_type) or flow.fraud_type


def _ask_twice(request, flow, form, confirm):
    context = {
        "case": flow.name,
        "address": request.path,
        "back": reverse(flow.case, args=[flow.number]),
        "form": form,
        "confirm": confirm,
        "label": flow.labels[form.cleaned_data["action"]],
        "consequences": flow.consequences(),
        "does_harm": flow.does_harm,
    }
    status = 422 if confirm.is_bound else 200
    return frame.page(
        request, "admin/desk/confirm.html", flow.queue, "再确认一次", status, **context
    )
