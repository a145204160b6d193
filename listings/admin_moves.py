"""Admin actions that move listings; each row goes through the transitions on its own."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse

from listings import transitions
from listings.admin_forms import MoveForm
from listings.choices import ListingStatus as S
from listings.models import Listing

# More than one person can look at; also keeps the page between small.
MOST_AT_ONCE = 200
_LABELS = {
    S.PUBLISHED: "发布",
    S.REJECTED: "未通过",
    S.HELD: "风险暂停",
    S.PAUSED: "暂停",
    S.FILLED: "标为已招满",
    S.REMOVED: "下架",
    S.REMOVED_FRAUD: "涉诈下架",
    S.WITHDRAWN: "撤回",
}


def _action(to):
    @admin.action(description=_LABELS[to], permissions=["change"])
    def run(model_admin, request, queryset):
        chosen = list(queryset.select_related("employer")[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            messages.error(request, f"一次最多选 {MOST_AT_ONCE} 条。")
            return None
        if to not in transitions.NEEDS_REASON:
            return _move_all(request, chosen, to)
        form = MoveForm(to, request.POST if "apply" in request.POST else None)
        if form.is_valid():
            return _move_all(request, chosen, to, **form.cleaned_data)
        return _ask(model_admin, request, chosen, to, form)

    run.__name__ = f"move_to_{to.value}"
    return run


def _ask(model_admin, request, chosen, to, form):
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{_LABELS[to]}：{len(chosen)} 条兼职",
        "opts": model_admin.model._meta,
        "label": _LABELS[to],
        "action": f"move_to_{to.value}",
        "checkbox": ACTION_CHECKBOX_NAME,
        "chosen": chosen,
        "form": form,
    }
    return TemplateResponse(request, "admin/listings/move.html", context)


def _move_all(request, chosen, to, **why):
    moved = 0
    for listing in chosen:
        try:
            transitions.move(listing.pk, to, request.user, **why)
        except transitions.MoveRefused as refused:
            messages.warning(request, f"{listing.title}（{listing.pk}）：{refused}")
        except Listing.DoesNotExist:
            messages.warning(request, f"{listing.title}（{listing.pk}）：已经不在了。")
        else:
            moved += 1
    if moved:
        messages.success(request, f"{_LABELS[to]}：{moved} 条。")


ACTIONS = [_action(to) for to in _LABELS]
