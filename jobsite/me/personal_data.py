"""A person's own data: taken along as a ZIP, and forgotten when the account is closed."""

import json
import tempfile
import zipfile

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from accounts import personal_data as accounts
from accounts.models import User
from listings import personal_data as listings
from news import personal_data as news
from safety import personal_data as safety
from sitekit import personal_data as sitekit
from sitekit.workflow.refusals import Refusal

APPS = {
    "accounts": accounts,
    "listings": listings,
    "safety": safety,
    "news": news,
    "sitekit": sitekit,
}
IN_MEMORY = 1_000_000  # bytes; beyond that the archive is built in a file
README = """这里是本站保存的、与你有关的全部数据，按用途分成若干个 JSON 文件。
时间都带时区。别人的信息（审核员是谁、别的求职者）不在里面；你交过的证件只列出名目，文件请向经营者要。
"""


class ClosingRefused(Refusal):
    """The account can't be closed yet; says in Chinese why."""


def build_export_archive(user):
    """An open file with the ZIP, at its beginning."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("说明.txt", README)
        for app in APPS.values():
            for name, rows in app.export(user).items():
                packed.writestr(f"{name}.json", _json(rows))
    file.seek(0)
    return file


def _json(rows):
    return json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def list_closing_obstacles(user):
    """[(what must be done first, address of where)]"""
    found = []
    if user.is_staff:
        found.append(("后台账号不能自己注销，请让另一位管理员先收回权限。", ""))
    for employer in accounts.left_without_owner(user):
        words = f"你是「{employer.name}」唯一的负责人，先让另一位成员当负责人。"
        found.append((words, "/employer/members/"))
    if listed := listings.in_the_way(user):
        words = f"你名下还有 {len(listed)} 条兼职在招人、待审或核查中，先撤回它们。"
        found.append((words, "/employer/"))
    return found


def close_account(user_id):
    """Forget the person in one transaction; what stays is named in the retention table."""
    with transaction.atomic():
        user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
        if user.closed_at:
            return
        if found := list_closing_obstacles(user):
            raise ClosingRefused(found[0][0])
        for app in (safety, listings, news, sitekit, accounts):
            app.erase(user)
