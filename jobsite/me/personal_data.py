"""The personal data of a user: exported as a ZIP, and erased when the account is closed."""

import json
import tempfile
import zipfile
from typing import IO

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from accounts.inbox.open_accounts import lock_account_for_closing
from accounts.models import Employer, User
from accounts.personal_data import PERSONAL_DATA as ACCOUNTS
from listings.personal_data import PERSONAL_DATA as LISTINGS
from news.personal_data import PERSONAL_DATA as NEWS
from safety.personal_data import PERSONAL_DATA as SAFETY
from sitekit.maintenance.personal_data import ClosingObstacle
from sitekit.personal_data import PERSONAL_DATA as SITEKIT
from sitekit.workflow.refusals import Refusal

EXPORTED = (ACCOUNTS, LISTINGS, SAFETY, NEWS, SITEKIT)
# The outbox after listings, whose withdrawals write messages; the account last, because the others
# need its mail address and phone.
ERASED = (SAFETY, LISTINGS, NEWS, SITEKIT, ACCOUNTS)
IN_MEMORY = 1_000_000  # bytes; beyond that the archive is built in a file
README = """这里是本站保存的、与你有关的全部数据，按用途分成若干个 JSON 文件。
时间都带时区。别人的信息（审核员是谁、别的求职者）不在里面；你交过的证件只列出名目，文件请向经营者要。
"""


class ClosingRefused(Refusal):
    """The account cannot be closed yet; the words say why."""


def build_export_archive(user: User) -> IO[bytes]:
    """Return an open file with the ZIP, at its beginning; the caller closes it."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("说明.txt", README)
        for registry in EXPORTED:
            for name, rows in registry.export(user).items():
                text = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
                archive.writestr(f"{name}.json", text)
    file.seek(0)
    return file


def list_closing_obstacles(user: User) -> list[ClosingObstacle]:
    return [obstacle for registry in EXPORTED for obstacle in registry.list_obstacles(user)]


def _lock_employers(user_id: int) -> None:
    """Lock the employers of the user, so that their owners can be counted. The account is locked afterwards, because
    a transaction that has locked an employer writes rows that name its members."""
    employers = Employer.objects.filter(memberships__user=user_id).order_by("pk")
    list(employers.select_for_update(of=("self",)).values("pk"))


def close_account(user_id: int) -> bool:
    """Erase the personal data in one transaction; the retention table names what stays. Return False if that was done
    before.

    Raises ClosingRefused.
    """
    with transaction.atomic():
        lock_account_for_closing(user_id)
        _lock_employers(user_id)
        user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
        if user.closed_at:
            return False
        if obstacles := list_closing_obstacles(user):
            raise ClosingRefused(obstacles[0].words)
        for registry in ERASED:
            registry.erase(user)
    return True
