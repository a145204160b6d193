from news.alert_subscriptions import sending as alert_sending
from news.alert_subscriptions.subscriptions import ALERTS
from sitekit.maintenance.periodic import HOUR, MINUTE, PeriodicTask

JOBS = [
    PeriodicTask("收回过时的预警邮件", MINUTE, alert_sending.withdraw_unsent_alerts),
    PeriodicTask("写预警邮件", MINUTE, alert_sending.send_due_alerts, patient=True),
    PeriodicTask("提醒订阅到期", HOUR, ALERTS.remind_lapsing),
    PeriodicTask("清理预警订阅", HOUR, ALERTS.purge_dead),
]
