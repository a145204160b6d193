"""The page of the editors, within /admin/: articles on which a report was upheld."""

from django.urls import path

from safety.reports import article_views

app_name = "article_reports"
urlpatterns = [
    path("", article_views.show_article_reports, name="list"),
    path("<int:pk>/keep/", article_views.keep_reported_article, name="keep"),
]
