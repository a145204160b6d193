"""The page for an address that leads nowhere: colleagues are led back to their own pages, employers to their desk,
visitors to the jobs."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.defaults import page_not_found


def show_missing_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The handler of Http404. A refusal before the session was read has no user."""
    user = getattr(request, "user", None)
    if request.path.startswith(reverse("listings:desk")) and getattr(
        user, "is_authenticated", False
    ):
        return render(request, "404.html", {"is_of_desk": True}, status=404)
    if not is_staff_request(request):
        return page_not_found(request, exception)
    context = {**admin.site.each_context(request), "title": "没有这一页"}
    return render(request, "jobsite/staff_site/missing.html", context, status=404)


def is_staff_request(request: HttpRequest) -> bool:
    """Whether a colleague asks for an address of the staff: the answer has the frame of their pages then."""
    is_of_staff = request.path.startswith(reverse("admin:index"))
    return is_of_staff and hasattr(request, "user") and admin.site.has_permission(request)
