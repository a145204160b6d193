from datetime import timedelta

from django.contrib import messages
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.models import SignedInRequest
from accounts.sign_in.access import fresh_page
from jobsite.me.personal_data import build_export_archive
from sitekit.site_settings.limits import declare_limit
from sitekit.web.rate_limits import count_attempt

EXPORTS_A_DAY = declare_limit(
    "exports_a_day", "账号和单位", "一个人每天下载几次自己的数据", 3, most=20
)


@fresh_page(takes="form")
def export_account(request: SignedInRequest) -> HttpResponseBase:
    """A POST is answered with the archive itself, which is stored nowhere."""
    status = 200
    if request.method == "POST":
        if count_attempt("export", request.user.pk, EXPORTS_A_DAY, timedelta(days=1)):
            name = f"my-data-{timezone.localdate():%Y%m%d}.zip"
            return FileResponse(
                build_export_archive(request.user),
                as_attachment=True,
                filename=name,
                content_type="application/zip",
            )
        messages.error(request, f"一天最多下载 {int(EXPORTS_A_DAY)} 次，请明天再来。")
        status = 429
    return render(request, "jobsite/me/export.html", {"most": int(EXPORTS_A_DAY)}, status=status)
