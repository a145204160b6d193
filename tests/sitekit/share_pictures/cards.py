"""A card, and titles that are hard to set."""

from sitekit.share_pictures.share_cards import ShareCard

ADDRESS = "https://jobs.example/xiangxi/jobs/12/"
CARD = ShareCard(
    "湘西", "湘西兼职信息网", "周末卖场导购", "22", "元/小时", "日结", ("周末 · 吉首市", "招 4 人"),
    "乾州清茗饮品店", ((True, "执照"), (False, "实地")), ("周末卖场导购", "周末 · 吉首市"),
    address=ADDRESS, number="编号 12",
)  # fmt: skip
TITLES = {
    "one line": "周末卖场导购",
    "two lines": "周末商场奶茶新品派单员，不限经验",
    "sixty": "招" * 60,
    "emoji": "🔥急招❤️奶茶店员👩‍👩‍👧 今天可做",
    "markup": '<b onload=x>派单</b> & "传单" ]]> <script>alert(1)</script>',
    "right to left": "مطلوب موظفين \u202eabc שלום 招聘 22",
    "latin": "Weekend MWMWMW Promoter for ILLUMINATED Shops & Bars in WWW Town",
}
