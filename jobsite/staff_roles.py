"""What each role of the staff may: one table, from which the groups of Django are made and which the page
后台 → 同事 → 谁能做什么 shows. Where a right holds is another matter: `accounts.staff.scope`.
"""

from accounts.choices import StaffRole
from accounts.staff.roles import MANAGE_STAFF, SWITCH_OFF, VIEW_STAFF, RightGroup, StaffRight

MODERATOR, SENIOR, EDITOR, SUPPORT, AUDITOR, OPERATOR = StaffRole

RIGHTS = (
    RightGroup(
        "审核",
        (
            StaffRight(
                "在审核台处理兼职、单位资料、文字、举报、申诉和复看",
                "safety.add_decision",
                (MODERATOR, SENIOR),
            ),
            StaffRight("处理交给组长的案件", "safety.take_escalations", (SENIOR,)),
            StaffRight(
                "看处理过的决定、举报和申诉",
                "safety.view_decision safety.view_report safety.view_appeal"
                " safety.view_reportevent safety.view_appealevent",
                (MODERATOR, SENIOR, SUPPORT, AUDITOR),
            ),
            StaffRight(
                "看常用理由", "safety.view_cannedreason", (MODERATOR, SENIOR, AUDITOR, OPERATOR)
            ),
            StaffRight(
                "写常用理由",
                "safety.add_cannedreason safety.change_cannedreason",
                (MODERATOR, SENIOR, OPERATOR),
            ),
            StaffRight(
                "定复看的比例",
                "safety.view_secondlookshare safety.add_secondlookshare",
                (SENIOR, OPERATOR),
            ),
        ),
    ),
    RightGroup(
        "兼职和单位",
        (
            StaffRight(
                "看兼职和它的每一次修改",
                "listings.view_listing listings.view_listingrevision listings.view_listingevent",
                (MODERATOR, SENIOR, SUPPORT, AUDITOR),
            ),
            StaffRight(
                "看招聘单位、成员和核验记录",
                "accounts.view_employer accounts.view_employercheck"
                " accounts.view_employermember accounts.view_employerevent",
                (MODERATOR, SENIOR, SUPPORT, AUDITOR),
            ),
            StaffRight(
                "看单位的证件（看一次记一次）",
                "accounts.view_employerdocument",
                (MODERATOR, SENIOR),
            ),
            StaffRight("看评价", "listings.view_rating", (SENIOR, SUPPORT, AUDITOR)),
            StaffRight("隐藏评价", "listings.change_rating", (SENIOR,)),
            StaffRight(
                "看转载的来源",
                "listings.view_listingsource listings.view_listingsourceevent",
                (MODERATOR, SENIOR, AUDITOR, OPERATOR),
            ),
            StaffRight(
                "管转载的来源",
                "listings.add_listingsource listings.change_listingsource",
                (OPERATOR,),
            ),
        ),
    ),
    RightGroup(
        "资讯和交流群",
        (
            StaffRight(
                "看资讯、它的来源和每一次修改",
                "news.view_article news.view_articlesource news.view_articleevent",
                (MODERATOR, SENIOR, EDITOR, SUPPORT, AUDITOR),
            ),
            StaffRight(
                "写、改、发布资讯，管来源和标签",
                "news.add_article news.change_article news.view_source news.add_source"
                " news.change_source news.view_tag news.add_tag news.change_tag",
                (EDITOR,),
            ),
            StaffRight(
                "把一篇资讯放在相关内容最前，或者不放",
                "news.view_relatedpin news.add_relatedpin news.change_relatedpin",
                (EDITOR, OPERATOR),
            ),
            StaffRight(
                "管交流群和群规",
                "cities.view_exchangegroup cities.add_exchangegroup cities.change_exchangegroup",
                (EDITOR, OPERATOR),
            ),
        ),
    ),
    RightGroup(
        "账号和同事",
        (
            StaffRight(
                "查用户的账号（看一次联系方式记一次）",
                "accounts.view_user",
                (SENIOR, SUPPORT, AUDITOR, OPERATOR),
            ),
            StaffRight(
                "查人查事：发生过什么、谁做的、为什么（查一次记一次）",
                "safety.read_journal",
                (SENIOR, SUPPORT, AUDITOR, OPERATOR),
            ),
            StaffRight("依法调取时导出签名包", "safety.export_journal", (OPERATOR,)),
            StaffRight(
                "导出后台的列表，没有联系方式（导出一次记一次）",
                "accounts.export_lists",
                (SENIOR, AUDITOR, OPERATOR),
            ),
            StaffRight("改用户的联系方式", "accounts.change_user", (OPERATOR,)),
            StaffRight("停用和恢复账号，让账号在所有设备退出登录", SWITCH_OFF, (SENIOR, OPERATOR)),
            StaffRight("替本人导出数据、撤回兼职、注销账号", "accounts.delete_user", (OPERATOR,)),
            StaffRight("看同事的角色、地区和变动", VIEW_STAFF, (AUDITOR, OPERATOR)),
            StaffRight("邀请同事，改角色和地区，收回权限", MANAGE_STAFF, (OPERATOR,)),
        ),
    ),
    RightGroup(
        "网站",
        (
            StaffRight("看运行情况，重试后台任务", "sitekit.change_chore", (OPERATOR,)),
            StaffRight("看网站资料", "sitekit.view_operator", (AUDITOR, OPERATOR)),
            StaffRight("改网站资料：名称、备案、电话", "sitekit.change_operator", (OPERATOR,)),
            StaffRight(
                "管地区、最低工资和薪酬参考",
                "cities.view_region cities.change_region listings.view_hourlyminimum"
                " listings.add_hourlyminimum listings.change_hourlyminimum screening.view_paynorm",
                (OPERATOR,),
            ),
            StaffRight(
                "写各地首页的介绍",
                "cities.view_placedescription cities.add_placedescription"
                " cities.change_placedescription",
                (EDITOR, OPERATOR),
            ),
            StaffRight(
                "排热门城市",
                "cities.view_hotcitylist cities.change_hotcitylist",
                (OPERATOR,),
            ),
            StaffRight(
                "改求助电话",
                "news.view_hotline news.add_hotline news.change_hotline",
                (OPERATOR,),
            ),
            StaffRight(
                "看公告、规则和隐私说明、限额、类别设置、各地的介绍、热门城市、求助电话",
                "jobsite.view_announcement sitekit.view_sitetext sitekit.view_limitsetting"
                " listings.view_categorysetting cities.view_placedescription"
                " cities.view_hotcitylist news.view_hotline",
                (AUDITOR, OPERATOR),
            ),
            StaffRight(
                "改公告、规则和隐私说明、限额、类别设置",
                "jobsite.add_announcement jobsite.change_announcement sitekit.add_sitetext"
                " sitekit.change_sitetext sitekit.change_limitsetting"
                " listings.add_categorysetting listings.change_categorysetting",
                (OPERATOR,),
            ),
            StaffRight("看停用名单", "screening.view_blockeditem", (SENIOR, AUDITOR, OPERATOR)),
            StaffRight(
                "改停用名单：联系方式、词语、网址",
                "screening.add_blockeditem screening.change_blockeditem",
                (SENIOR, OPERATOR),
            ),
            StaffRight("看识别模型", "screening.view_trainedmodel", (AUDITOR, OPERATOR)),
            StaffRight("换识别模型", "screening.change_trainedmodel", (OPERATOR,)),
        ),
    ),
)
