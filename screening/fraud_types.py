"""The kinds of fraud the site knows, in their three groups, and the levels of risk."""

from django.db import models


class FraudType(models.TextChoices):
    # job scams
    BRUSHING_REBATE = "brushing_rebate", "刷单返利"
    UPFRONT_FEE = "upfront_fee", "押金/服装费/报名费"
    AGENCY_FEE = "agency_fee", "黑中介"
    TRAINING_LOAN = "training_loan", "招转培/培训贷"
    TYPING_SCAM = "typing_scam", "打字录入"
    HANDICRAFT_DEPOSIT = "handicraft_deposit", "手工活材料费"
    MODEL_CARD = "model_card", "模卡费"
    ACCOUNT_TASKS = "account_tasks", "点赞/注册/绑卡任务"
    FAKE_RECRUITER_CONTACT = "fake_recruiter_contact", "假录取引流"
    OVERSEAS_JOB = "overseas_job", "境外高薪"
    ID_SEIZURE = "id_seizure", "扣押证件"
    WAGE_THEFT = "wage_theft", "拖欠/试用白干"
    INFO_HARVEST = "info_harvest", "骗取个人信息"
    PYRAMID = "pyramid", "传销"
    PAID_POSTERS = "paid_posters", "网络水军"
    # helping crimes
    MONEY_MULE = "money_mule", "跑分"
    CARD_RENTAL = "card_rental", "出租出售两卡"
    ACCOUNT_RENTAL = "account_rental", "租号"
    CASH_COURIER = "cash_courier", "取现跑腿"
    GOIP_RELAY = "goip_relay", "手机口"
    FAKE_CS_CALLER = "fake_cs_caller", "冒充客服引流"
    # wider fraud
    GIFT_BAIT = "gift_bait", "礼物引流"
    FAKE_LOAN = "fake_loan", "虚假贷款"
    FAKE_INVESTMENT = "fake_investment", "虚假投资"
    IMPERSONATE_CS = "impersonate_cs", "冒充客服"
    IMPERSONATE_POLICE = "impersonate_police", "冒充公检法"
    IMPERSONATE_BOSS = "impersonate_boss", "冒充领导熟人"
    FAKE_SHOPPING = "fake_shopping", "虚假购物"
    GAME_TRADE = "game_trade", "游戏交易"
    ROMANCE = "romance", "婚恋交友"
    ILLEGAL_FUNDRAISING = "illegal_fundraising", "非法集资"
    OTHER = "other", "其他"

    @property
    def group(self) -> "FraudGroup":
        return GROUP_OF[self]


class FraudGroup(models.TextChoices):
    JOB_SCAM = "job_scam", "求职骗局"
    HELPING_CRIME = "helping_crime", "替人作案"
    WIDER = "wider", "其他诈骗"


GROUPS: dict[FraudGroup, tuple[FraudType, ...]] = {
    FraudGroup.JOB_SCAM: (
        FraudType.BRUSHING_REBATE,
        FraudType.UPFRONT_FEE,
        FraudType.AGENCY_FEE,
        FraudType.TRAINING_LOAN,
        FraudType.TYPING_SCAM,
        FraudType.HANDICRAFT_DEPOSIT,
        FraudType.MODEL_CARD,
        FraudType.ACCOUNT_TASKS,
        FraudType.FAKE_RECRUITER_CONTACT,
        FraudType.OVERSEAS_JOB,
        FraudType.ID_SEIZURE,
        FraudType.WAGE_THEFT,
        FraudType.INFO_HARVEST,
        FraudType.PYRAMID,
        FraudType.PAID_POSTERS,
    ),
    FraudGroup.HELPING_CRIME: (
        FraudType.MONEY_MULE,
        FraudType.CARD_RENTAL,
        FraudType.ACCOUNT_RENTAL,
        FraudType.CASH_COURIER,
        FraudType.GOIP_RELAY,
        FraudType.FAKE_CS_CALLER,
    ),
    FraudGroup.WIDER: (
        FraudType.GIFT_BAIT,
        FraudType.FAKE_LOAN,
        FraudType.FAKE_INVESTMENT,
        FraudType.IMPERSONATE_CS,
        FraudType.IMPERSONATE_POLICE,
        FraudType.IMPERSONATE_BOSS,
        FraudType.FAKE_SHOPPING,
        FraudType.GAME_TRADE,
        FraudType.ROMANCE,
        FraudType.ILLEGAL_FUNDRAISING,
        FraudType.OTHER,
    ),
}
GROUP_OF = {fraud_type: group for group, types in GROUPS.items() for fraud_type in types}


class RiskLevel(models.TextChoices):
    LOW = "low", "低"
    MEDIUM = "medium", "中"
    HIGH = "high", "高"
