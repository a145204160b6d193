from datetime import timedelta

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.access import fresh_sign_in
from jobsite import personal
from sitekit import limits
from sitekit.methods import form_page

A_DAY = 3
BUSY = f"一天最多下载 {A_DAY} 次，请明天再来。"


@form_page
@never_cache
@fresh_sign_in
def export(request):
    """A POST is answered with the archive itself, which is kept nowhere."""
    status = 200
    if request.method == "POST":
        if limits.allow("export", request.user.pk, A_DAY, timedelta(days=1)):
            name = f"my-data-{timezone.localdate():%Y%m%d}.zip"
            return FileResponse(
                personal.archive(request.user),
                as_attachment=True,
                filename=name,
                content_type="application/zip",
            )
        messages.error(request, BUSY)
        status = 429
    return render(request, "jobsite/me_export.html", status=status)
