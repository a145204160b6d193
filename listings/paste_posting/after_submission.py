"""The page to which the author of a submitted listing is redirected, with the result in words."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Employer, EmployerStatus
from accounts.verification.submission import list_missing_papers
from listings.employer_desk.dashboard import get_appeal_url
from listings.models import Listing
from listings.publication.gate import PUBLISH, REFUSE


def redirect_after_submission(
    request: HttpRequest, listing: Listing, employer: Employer, outcome: str
) -> HttpResponse:
    """Redirect to the listing, to the appeal against the refusal, or to the papers that its publication still needs."""
    if outcome == REFUSE:
        listing.refresh_from_db()
        messages.info(request, "检查没有通过，已经记下。写明为什么不对，由审核员看。")
        return redirect(get_appeal_url(listing) or listing.get_absolute_url())
    if outcome == PUBLISH:
        messages.success(request, "已经发布。")
    elif employer.status == EmployerStatus.UNVERIFIED and (
        missing := list_missing_papers(employer)
    ):
        messages.success(request, f"已提交。再补上{'、'.join(missing)}，审核员一起看过就公开。")
        return redirect("accounts:papers")
    else:
        messages.success(request, "已提交，审核结果会通知你。")
    return redirect("listings:manage", listing.pk)
