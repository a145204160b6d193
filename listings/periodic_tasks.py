from listings.bulk_upload import upload_run as running
from listings.imports import imported_review as judging
from listings.publication import employer_status as standing
from listings.publication import fingerprints, pay_norms
from listings.search_subscriptions import saved_searches
from listings.search_subscriptions import sending as search_mails
from sitekit.maintenance.periodic import DAY, HOUR, MINUTE, Job

JOBS = [
    Job("单位到期待复核", MINUTE, standing.lapse_overdue),
    Job("写岗位订阅邮件", MINUTE, search_mails.tell_new, patient=True),
    Job("接着做批量上传", MINUTE, running.go_on),
    Job("检查导入的兼职", MINUTE, judging.judge_imported, patient=True),
    Job("提醒岗位订阅到期", HOUR, saved_searches.SEARCHES.remind_lapsing),
    Job("清理岗位订阅", HOUR, saved_searches.tidy),
    Job("补兼职指纹", HOUR, fingerprints.fill, patient=True),
    Job("算各类报酬的常态", DAY, pay_norms.compute),
]
