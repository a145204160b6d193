from django.core.management import call_command

from accounts.security import device_names as devices
from accounts.sign_in import one_time_codes as codes
from accounts.verification import employer_checks as checking
from sitekit.maintenance.periodic import DAY, HOUR, PeriodicTask


def end_old_sessions():
    call_command("clearsessions")
    devices.forget_ended()


JOBS = [
    PeriodicTask("清理过期验证码", HOUR, codes.purge_old_codes),
    PeriodicTask("提醒单位复核", HOUR, checking.remind_recheck),
    PeriodicTask("清理过期登录", DAY, end_old_sessions),
]
