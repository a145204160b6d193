"""Enumerations of articles."""

from django.db import models


class ArticleKind(models.TextChoices):
    ALERT = "alert", "预警"
    NEWS = "news", "资讯"
    GUIDE = "guide", "指南"


class ArticleStatus(models.TextChoices):
    DRAFT = "draft", "草稿"
    SCHEDULED = "scheduled", "定时发布"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"


class AlertLevel(models.TextChoices):
    DANGER = "danger", "高危"
    WARNING = "warning", "提醒"
    INFO = "info", "知识"


class SourceKind(models.TextChoices):
    POLICE = "police", "公安"
    ANTI_FRAUD_CENTER = "anti_fraud_center", "反诈中心"
    COURT_PROCURATORATE = "court_procuratorate", "法检"
    HR_BUREAU = "hr_bureau", "人社"
    MARKET_REGULATOR = "market_regulator", "市监"
    CYBERSPACE = "cyberspace", "网信"
    MEDIA = "media", "媒体"
    OWN = "own", "本站"
