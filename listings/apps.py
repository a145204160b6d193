from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = "兼职"

    def ready(self) -> None:
        from accounts.public_text.text_types import register_text_type
        from listings.applications.public_words import ApplicationWords, RatingReply, RatingWords

        for text_type in (RatingWords(), RatingReply(), ApplicationWords()):
            register_text_type(text_type)
