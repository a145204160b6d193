from django.urls import path

from news.alert_subscriptions import views as subscribe_views
from news.pages import article_views, feed_views, group_views, share_pictures, views
from sitekit.web.pages import PageView

app_name = "news"

_PAGES: list[tuple[str, PageView, str]] = [
    ("news/", views.show_article_list, "list"),
    ("news/<int:pk>/", article_views.show_article, "article"),
    ("news/tag/<str:tag>/", views.show_tag_articles, "tag"),
    ("news/kind/<str:kind>/", views.show_articles_of_kind, "kind"),
    ("alerts/", views.show_alerts, "alerts"),
    ("alerts/subscribe/", subscribe_views.subscribe_to_alerts, "subscribe"),
    ("alerts/subscribe/sent/", subscribe_views.show_alert_mail_sent, "subscribe_sent"),
    ("alerts/<str:fraud_type>/", views.show_alerts_of_fraud_type, "alerts_type"),
]

# Each list with its feed, at its own address.
_FEEDS: list[tuple[str, str, dict[str, bool]]] = [
    ("news/", "list_feed", {}),
    ("news/tag/<str:tag>/", "tag_feed", {}),
    ("news/kind/<str:kind>/", "kind_feed", {}),
    ("alerts/", "alerts_feed", {"alerts": True}),
    ("alerts/<str:fraud_type>/", "alerts_type_feed", {}),
]

# The city in an address changes alerts and related content; without one the page is national.
urlpatterns = [
    *(
        path(prefix + route, view, name=name)
        for prefix in ("", "<city:city>/")
        for route, view, name in _PAGES
    ),
    *(
        path(f"{prefix}{route}feed.<format:suffix>", feed_views.show_feed, feed_options, name=name)
        for prefix in ("", "<city:city>/")
        for route, name, feed_options in _FEEDS
    ),
    *(
        path(f"alerts/subscribe/{purpose}/<str:token>/", view, name=f"{purpose}_subscription")
        for purpose, view in subscribe_views.STEPS.items()
    ),
    path(
        "me/alerts/<int:pk>/renew/", subscribe_views.renew_alert_subscription, name="renew_alerts"
    ),
    path("me/alerts/<int:pk>/stop/", subscribe_views.stop_alert_subscription, name="stop_alerts"),
    path(
        "share/news/<int:pk>/<slug:shape>/<slug:version>.png",
        share_pictures.show_article_picture,
        name="share",
    ),
    path("<city:city>/group/", group_views.show_exchange_group, name="group"),
]
