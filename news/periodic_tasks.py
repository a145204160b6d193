from news.alert_subscriptions import sending as alert_sending
from news.alert_subscriptions.subscriptions import ALERTS
from sitekit.maintenance.periodic import HOUR, MINUTE, Job

JOBS = [
    Job("收回过时的预警邮件", MINUTE, alert_sending.take_back),
    Job("写预警邮件", MINUTE, alert_sending.tell, patient=True),
    Job("提醒订阅到期", HOUR, ALERTS.remind_lapsing),
    Job("清理预警订阅", HOUR, ALERTS.purge_dead),
]
