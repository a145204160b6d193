from django.apps import AppConfig
from django.urls import register_converter


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = "资讯"

    def ready(self):
        from news.converters import FormConverter

        register_converter(FormConverter, "form")
        from django.db.models.signals import pre_delete

        from news import terms
        from news.models import Article

        # A signal, because a queryset deletes without asking the model.
        pre_delete.connect(terms.forget, sender=Article)
