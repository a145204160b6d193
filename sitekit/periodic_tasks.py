from sitekit.maintenance.periodic import HOUR, PeriodicTask
from sitekit.messages.outbox import forget_message_secrets
from sitekit.web.rate_limits import purge_attempts

JOBS = [
    PeriodicTask("清理发件箱", HOUR, forget_message_secrets),
    PeriodicTask("清理计数", HOUR, purge_attempts),
]
