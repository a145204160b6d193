from listings import fingerprints, pay_norms, saved_searches, search_mails, standing
from listings.bulk import running
from listings.imports import judging
from sitekit.chores import DAY, HOUR, MINUTE, Job

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
