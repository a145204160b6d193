from sitekit import limits, outbox
from sitekit.chores import HOUR, Job

JOBS = [
    Job("清理发件箱", HOUR, outbox.tidy),
    Job("清理计数", HOUR, limits.tidy),
]
