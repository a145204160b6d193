from listings.bulk_upload import upload_run as running
from listings.imports import imported_review as judging
from listings.publication import employer_status as standing
from listings.publication import fingerprints, pay_norms
from listings.search_subscriptions import saved_searches
from listings.search_subscriptions import sending as search_mails
from sitekit.maintenance.periodic import DAY, HOUR, MINUTE, PeriodicTask

JOBS = [
    PeriodicTask("单位到期待复核", MINUTE, standing.lapse_overdue_employers),
    PeriodicTask("写岗位订阅邮件", MINUTE, search_mails.send_new_listing_mails, patient=True),
    PeriodicTask("接着做批量上传", MINUTE, running.go_on),
    PeriodicTask("检查导入的兼职", MINUTE, judging.judge_imported, patient=True),
    PeriodicTask("提醒岗位订阅到期", HOUR, saved_searches.SEARCHES.remind_lapsing),
    PeriodicTask("清理岗位订阅", HOUR, saved_searches.purge_dead_searches),
    PeriodicTask("补兼职指纹", HOUR, fingerprints.store_missing_fingerprints, patient=True),
    PeriodicTask("算各类报酬的常态", DAY, pay_norms.compute_pay_norms),
]
