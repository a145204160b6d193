from functools import partial

from listings.applications.card_records import refresh_card_records
from listings.bulk_upload.upload_run import continue_interrupted_uploads
from listings.copies.fingerprints import store_missing_fingerprints
from listings.detail.photo_access import HIDDEN_PHOTOS, JOB_NAME, move_changed_photos
from listings.detail.photos import read_photos
from listings.employer_api.tokens import purge_api_answers, remind_ending_tokens
from listings.feed_imports.feed_fetch import fetch_due_feeds
from listings.feed_imports.feed_run import continue_interrupted_runs
from listings.figures.view_counts import drop_old_sketches
from listings.imports.imported_review import judge_imported
from listings.pay_law.pay_norms import compute_pay_norms
from listings.publication.employer_status import (
    lapse_overdue_employers,
    refresh_rows_of_expired_checks,
)
from listings.renewals.ended_listings import notify_of_ended_listings
from listings.renewals.finished_work import end_finished_listings
from listings.renewals.reminders import remind_ending_listings
from listings.search.search_index import SEARCH_ROWS
from listings.search_subscriptions.member_news import withdraw_member_listings
from listings.search_subscriptions.saved_searches import SEARCHES, purge_dead_searches
from listings.search_subscriptions.sending import send_new_listing_mails
from listings.search_suggestions.hot_words import refresh_hot_words
from listings.search_suggestions.search_counts import drop_sketches_of_past_weeks
from listings.webhooks.events import enqueue_ended_listings
from listings.webhooks.sending import send_due_deliveries
from sitekit.maintenance.backfills import continue_backfills
from sitekit.maintenance.periodic import PeriodicTask
from sitekit.workflow.periods import DAY, HOUR, MINUTE

BACKFILLS = [SEARCH_ROWS, HIDDEN_PHOTOS]
JOBS = [
    PeriodicTask("单位到期待复核", MINUTE, lapse_overdue_employers),
    PeriodicTask("列表里去掉过期的核对", 10 * MINUTE, refresh_rows_of_expired_checks),
    PeriodicTask("写岗位订阅邮件", MINUTE, send_new_listing_mails, patient=True),
    PeriodicTask("收起来的兼职不再报", MINUTE, withdraw_member_listings),
    PeriodicTask("继续批量上传", MINUTE, continue_interrupted_uploads),
    PeriodicTask("读照片里的字", MINUTE, read_photos, patient=True),
    PeriodicTask(JOB_NAME, MINUTE, move_changed_photos, patient=True),
    PeriodicTask("检查导入的兼职", MINUTE, judge_imported, patient=True),
    PeriodicTask("提醒兼职到期", HOUR, remind_ending_listings, patient=True),
    PeriodicTask("结束工作日期已过的兼职", HOUR, end_finished_listings, patient=True),
    PeriodicTask("告诉单位兼职到期了", HOUR, notify_of_ended_listings, patient=True),
    PeriodicTask("把单位回复得多快写进列表", 10 * MINUTE, refresh_card_records, patient=True),
    PeriodicTask("提醒岗位订阅到期", HOUR, SEARCHES.remind_lapsing),
    PeriodicTask("清理岗位订阅", HOUR, purge_dead_searches),
    PeriodicTask("只留每天看到的人数", HOUR, drop_old_sketches),
    PeriodicTask("只留每周搜过的词", HOUR, drop_sketches_of_past_weeks),
    PeriodicTask("选大家在搜的词", DAY, refresh_hot_words, patient=True),
    PeriodicTask("读职位源", MINUTE, fetch_due_feeds, patient=True),
    PeriodicTask("继续处理职位源", MINUTE, continue_interrupted_runs),
    PeriodicTask("记下到期的兼职，好发回调", HOUR, enqueue_ended_listings),
    PeriodicTask("发回调", MINUTE, send_due_deliveries, patient=True, locks_itself=True),
    PeriodicTask("提醒接口令牌到期", HOUR, remind_ending_tokens),
    PeriodicTask("清理接口的回答", HOUR, purge_api_answers),
    PeriodicTask("补兼职指纹", HOUR, store_missing_fingerprints, patient=True),
    PeriodicTask("算各类报酬的常态", DAY, compute_pay_norms),
    PeriodicTask("补写旧数据", MINUTE, partial(continue_backfills, BACKFILLS), patient=True),
]
