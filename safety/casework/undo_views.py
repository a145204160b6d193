from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.models import SignedInRequest
from safety.moderation import decisions
from safety.moderation.desk_layout import moderator_page


@moderator_page(takes="post")
def undo_moderation_decision(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo a decision and go back to its case, which is claimed again."""
    try:
        decision = decisions.undo_decision(pk, request.user)
    except decisions.REFUSALS as refused:
        messages.error(request, str(refused))
        return redirect("desk:dashboard")
    name = decisions.CASE_TYPES[decision.kind].describe_number(decision.number)
    messages.success(request, f"已撤销：「{name}」回到原来的样子，没有通知任何人。")
    return redirect(f"desk:{decision.kind}", decision.number)
