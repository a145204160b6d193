from sitekit.maintenance.periodic import PeriodicTask
from sitekit.messages.outbox import forget_message_secrets
from sitekit.sealing.resealing import reseal_contacts
from sitekit.web.rate_limits import purge_attempts
from sitekit.workflow.periods import DAY, HOUR

JOBS = [
    PeriodicTask("清理发件箱", HOUR, forget_message_secrets),
    PeriodicTask("清理计数", HOUR, purge_attempts),
    PeriodicTask("用新密钥封存联系方式", DAY, reseal_contacts),
]
