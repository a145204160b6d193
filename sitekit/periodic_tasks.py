from sitekit.maintenance.periodic import HOUR, Job
from sitekit.messages import outbox
from sitekit.web import rate_limits as limits

JOBS = [
    Job("清理发件箱", HOUR, outbox.tidy),
    Job("清理计数", HOUR, limits.tidy),
]
