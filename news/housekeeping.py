from news import alert_sending
from news.subscribing import ALERTS
from sitekit.chores import HOUR, MINUTE, Job

JOBS = [
    Job("收回过时的预警邮件", MINUTE, alert_sending.take_back),
    Job("写预警邮件", MINUTE, alert_sending.tell, patient=True),
    Job("提醒订阅到期", HOUR, ALERTS.remind_lapsing),
    Job("清理预警订阅", HOUR, ALERTS.purge_dead),
]
