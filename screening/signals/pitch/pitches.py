"""What each scheme needs to work, as roles that meet in one text. Weights add up as elsewhere."""

from screening.fraud_types import FraudType as F

from .role import Pitch

OF_JOBS = (
    Pitch(
        "windfall", F.ACCOUNT_TASKS,
        "daily_gain|easy_gain|runs_itself channel|grey_channel|app|venture",
        daily_gain=26, easy_gain=22, runs_itself=24, venture=16, no_skill=14, by_phone=14, from_home=10, anybody=8,
        soothing=10, pay_now=6, channel=10, grey_channel=24, app=18, bring_friends=12, earning=6, prizes=10,
    ),
    Pitch(
        "venture", F.ACCOUNT_TASKS,
        "venture no_skill|soothing|runs_itself|by_phone channel|grey_channel",
        unless="meeting",
        venture=18, no_skill=14, soothing=12, runs_itself=20, by_phone=14, channel=10, grey_channel=22,
        easy_gain=16, earning=6,
    ),
    Pitch(
        "work_elsewhere", F.ACCOUNT_TASKS,
        "job|earning from_home|by_phone channel|grey_channel|app",
        unless="meeting",
        from_home=14, by_phone=16, no_skill=10, anybody=12, pay_now=12, soothing=10, daily_gain=24,
        easy_gain=18, earning=8,
        channel=12, grey_channel=24, app=20, greeting=8, inviting=8, instant=10, task=14,
    ),
    Pitch(
        "cold_call", F.FAKE_RECRUITER_CONTACT,
        "greeting|introduction|inviting job|earning channel|grey_channel|app",
        unless="meeting|resume",
        greeting=10, introduction=12, inviting=12, earning=10, channel=14, grey_channel=22, app=22, from_home=10,
        no_skill=10, by_phone=10, daily_gain=18, easy_gain=16, pay_now=10, soothing=8, instant=12, task=12,
    ),
    Pitch(
        "only_a_contact", F.FAKE_RECRUITER_CONTACT,
        "job channel|grey_channel bare",
        unless="resume|meeting",
        bare=20, channel=14, introduction=12, greeting=8, inviting=10, grey_channel=22, from_home=12, no_skill=10,
        easy_gain=16,
    ),
    Pitch(
        "hired", F.FAKE_RECRUITER_CONTACT, "hired channel|grey_channel|app",
        unless="meeting",
        hired=28, hurry=14, channel=12, grey_channel=24, app=18, pay_now=12, by_phone=12, from_home=12, instant=8,
        greeting=6, daily_gain=16, soothing=8,
    ),
    Pitch(
        "passed", F.FAKE_RECRUITER_CONTACT,
        "resume verdict channel|grey_channel|app",
        unless="meeting",
        resume=18, verdict=18, channel=10, grey_channel=26, app=24, daily_gain=18, pay_now=12, by_phone=12,
        soothing=12,
        instant=8, from_home=8,
    ),
    Pitch(
        "tasks_for_rebate", F.BRUSHING_REBATE,
        "task|from_home payback|earning channel|grey_channel|app|paying|introduction",
        task=22, payback=8, rebate=16, paying=16, channel=10, grey_channel=22, app=18, greeting=8,
        introduction=8, inviting=8,
        easy_gain=14, daily_gain=14, no_skill=10, by_phone=10, from_home=8, pay_now=8, anybody=8, earning=6,
    ),
    Pitch(
        "rebate", F.BRUSHING_REBATE,
        "rebate channel|grey_channel|app|paying",
        rebate=22, channel=10, grey_channel=20, app=18, paying=20, greeting=8, introduction=8, inviting=8,
        task=14, easy_gain=12, no_skill=8,
    ),
    Pitch(
        "abroad", F.OVERSEAS_JOB, "abroad", within=700,
        abroad=30, no_skill=16, instant=18, prizes=14, bring_friends=12, big_money=18, easy_gain=16,
        crypto=18, gambling=30,
        wealth_job=16, from_home=10, task=12, pay_now=12, daily_gain=12, soothing=10, anybody=8,
    ),
    Pitch(
        "border", F.OVERSEAS_JOB,
        "border no_skill|instant|prizes|big_money|easy_gain",
        within=700,
        border=24, no_skill=14, instant=16, prizes=14, bring_friends=12, big_money=18, easy_gain=16,
        crypto=18, gambling=30,
        wealth_job=16, from_home=14, task=12, pay_now=10, anybody=8,
    ),
    Pitch(
        "too_good", F.FAKE_RECRUITER_CONTACT,
        "no_skill|instant|soothing prizes|bring_friends|easy_gain|big_money "
        "from_home|crypto|gambling|task|by_phone",
        within=700,
        no_skill=14, instant=16, prizes=16, bring_friends=12, easy_gain=16, big_money=14, from_home=12,
        crypto=18, gambling=26,
        wealth_job=16, task=12, by_phone=10, pay_now=8, soothing=6, anybody=8,
    ),
    Pitch(
        "account_rental", F.ACCOUNT_RENTAL,
        "account_terms account_quality|account_price",
        account_terms=30, account_quality=24, account_price=16, channel=8, grey_channel=12, anybody=6, soothing=6,
    ),
    Pitch(
        "mule", F.MONEY_MULE,
        "mule_terms mule_share|grey_channel|crypto",
        mule_terms=30, mule_share=16, crypto=14, gambling=14, grey_channel=18, channel=8, soothing=8,
        daily_gain=14, no_skill=8,
    ),
    Pitch(
        "mule_plain", F.MONEY_MULE, "mule_move mule_share|job|earning|card",
        mule_move=44, mule_share=18, earning=10, card=14, crypto=16, from_home=10, no_skill=10,
    ),
    Pitch(
        "card_deal", F.CARD_RENTAL, "card card_deal",
        card=20, card_deal=28, account_price=14, pay_now=10, mule_share=10, channel=8, grey_channel=14, daily_gain=14,
    ),
)  # fmt: skip
