from sitekit.maintenance.periodic import HOUR, PeriodicTask
from sitekit.messages import outbox
from sitekit.web import rate_limits as limits

JOBS = [
    PeriodicTask("清理发件箱", HOUR, outbox.forget_message_secrets),
    PeriodicTask("清理计数", HOUR, limits.purge_attempts),
]
