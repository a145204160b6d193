from functools import partial

from django.core.management import call_command

from accounts.choices import EmployerStatus
from accounts.inbox.digests import send_due_digests
from accounts.models import Employer, User
from accounts.security.device_names import forget_ended_sessions
from accounts.sign_in.one_time_codes import purge_old_codes
from accounts.sign_in.second_factor import reseal_second_factors
from accounts.staff.posts import add_national_posts
from accounts.verification.employer_checks import (
    bring_rechecks_forward,
    notify_of_expired_checks,
    remind_recheck,
)
from accounts.verification.paper_codes import read_licence_codes
from sitekit.maintenance.backfills import Backfill, continue_backfills
from sitekit.maintenance.periodic import PeriodicTask
from sitekit.workflow.periods import DAY, HOUR, MINUTE


def end_old_sessions() -> None:
    call_command("clearsessions")
    forget_ended_sessions()


# Writes posts of staff whose rights were given before there were posts.
STAFF_POSTS = Backfill(
    "同事的角色和地区", 1, lambda: User.objects.filter(is_staff=True), add_national_posts
)
# Frozen employers are included, because they may be verified again.
RECHECK_DAYS = Backfill(
    "单位最早到期的核对",
    1,
    lambda: Employer.objects.filter(status__in=[EmployerStatus.VERIFIED, EmployerStatus.FROZEN]),
    bring_rechecks_forward,
)

JOBS = [
    PeriodicTask("清理过期验证码", HOUR, purge_old_codes),
    PeriodicTask("读执照上的代码", MINUTE, read_licence_codes, patient=True),
    PeriodicTask("发订阅的短信汇总", MINUTE, send_due_digests, patient=True),
    PeriodicTask("提醒单位复核", HOUR, remind_recheck),
    PeriodicTask("告诉单位哪项核对到期了", HOUR, notify_of_expired_checks),
    PeriodicTask("用新密钥封存两步验证", DAY, reseal_second_factors),
    PeriodicTask(
        "补写同事的角色和地区", HOUR, partial(continue_backfills, [STAFF_POSTS]), patient=True
    ),
    PeriodicTask(
        "单位的复核日提前到最早到期的核对",
        HOUR,
        partial(continue_backfills, [RECHECK_DAYS]),
        patient=True,
    ),
    PeriodicTask("清理过期登录", HOUR, end_old_sessions),
]
