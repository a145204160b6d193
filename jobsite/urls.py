from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path
from django.views.generic import RedirectView

from jobsite import views
from jobsite.sitemaps import SITEMAPS

admin.site.site_header = "兼职信息网后台"
admin.site.site_title = "后台"
admin.site.index_title = "今天要处理的"

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("privacy/", views.privacy, name="privacy"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, {"sitemaps": SITEMAPS}, name="sitemap_index"),
    path("sitemap-news.xml", views.sitemap_news, name="sitemap_news"),
    path(
        "sitemap-<section>.xml",
        sitemaps.sitemap,
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("favicon.ico", RedirectView.as_view(url="/seal/all.svg", permanent=True)),
    path("seal/<slug:slug>.svg", views.seal, name="seal"),
    path("admin/", admin.site.urls),
    path("", include("cities.urls")),
    path("", include("news.urls")),
    path("", include("listings.urls")),
    path("", include("sitekit.urls")),
    # Last, so that no place can take the address of a page.
    path("<city:city>/", views.city_home, name="city_home"),
]
