"""A seeker's short profile, with the free slots."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.models import SignedInRequest
from listings.applications.forms import ProfileForm, filled_in
from sitekit.web.pages import page


@page(takes="form", login=True, cache="never")
def edit_profile(request: SignedInRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial=filled_in(request.user))
    if request.method == "POST" and form.is_valid():
        form.save(request.user)
        messages.success(request, "存好了。下次报名自动填上；已经交出去的报名不会变。")
        return redirect("listings:profile")
    return render(request, "listings/applications/profile.html", {"form": form})
