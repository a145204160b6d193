from django.apps import AppConfig
from django.db.models.signals import pre_delete
from django.urls import register_converter


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = "资讯"

    def ready(self) -> None:
        from accounts.models import User
        from accounts.models.user import mailbox_changed
        from cities.directory.regions_csv import places_retired
        from cities.models import Region
        from news.alert_subscriptions.subscriptions import move_member_alerts
        from news.analysis.keywords import forget_article_terms, index_changed_article
        from news.analysis.story_leads import choose_leads_of_moved_article
        from news.articles.article_places import move_articles_of_retired_places
        from news.converters import FormatConverter
        from news.models import Article
        from news.models.article import article_moved, article_text_changed

        register_converter(FormatConverter, "format")
        # Signals, because an app knows nothing of those above it.
        mailbox_changed.connect(move_member_alerts, sender=User)
        places_retired.connect(move_articles_of_retired_places, sender=Region)
        # A signal, because the terms need the tables that are declared after the article's.
        article_moved.connect(choose_leads_of_moved_article, sender=Article)
        article_text_changed.connect(index_changed_article, sender=Article)
        # A signal, because a queryset deletes without asking the model.
        pre_delete.connect(forget_article_terms, sender=Article)
