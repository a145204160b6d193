"""The page of the keyboard shortcuts, on which a moderator switches off those of a single key."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.models import SignedInRequest
from safety.case_queues.queue_filters import get_queue_filter, store_queue_choices
from safety.moderation.desk_layout import moderator_page, render_desk_page


class DeskKeysForm(forms.Form):
    single_keys = forms.BooleanField(label="用单键快捷键", required=False)


@moderator_page(takes="form")
def choose_desk_keys(request: SignedInRequest) -> HttpResponse:
    """Explain the keys; POST stores for this moderator, in any browser, whether single keys do anything."""
    queue_filter = get_queue_filter(request.user)
    form = DeskKeysForm(request.POST or None, initial={"single_keys": queue_filter.single_keys})
    if request.method == "POST" and form.is_valid():
        queue_filter.single_keys = form.cleaned_data["single_keys"]
        store_queue_choices(queue_filter, ["single_keys"])
        done = "单键快捷键已打开" if queue_filter.single_keys else "单键快捷键已关掉"
        messages.success(request, f"{done}。已经打开的页面，刷新以后也是这样。")
        return redirect("desk:keys")
    return render_desk_page(request, "safety/case_pages/desk_keys.html", "keys", "键盘", form=form)
