from functools import partial

from news.alert_subscriptions.sending import send_due_alerts, withdraw_unsent_alerts
from news.alert_subscriptions.subscriptions import ALERTS
from news.articles.article_places import ARTICLE_PLACES
from news.articles.transitions import record_due_articles
from sitekit.maintenance.backfills import continue_backfills
from sitekit.maintenance.periodic import PeriodicTask
from sitekit.workflow.periods import HOUR, MINUTE

JOBS = [
    PeriodicTask("定时文章到点", MINUTE, record_due_articles),
    PeriodicTask("收回过时的预警邮件", MINUTE, withdraw_unsent_alerts),
    PeriodicTask("写预警邮件", MINUTE, send_due_alerts, patient=True),
    PeriodicTask("提醒订阅到期", HOUR, ALERTS.remind_lapsing),
    PeriodicTask("清理预警订阅", HOUR, ALERTS.purge_dead),
    PeriodicTask(
        "补写资讯的地区", MINUTE, partial(continue_backfills, [ARTICLE_PLACES]), patient=True
    ),
]
