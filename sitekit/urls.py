from django.urls import re_path

from sitekit.images import views

urlpatterns = [
    re_path(
        r"^media/pictures/[0-9a-f]{2}/(?P<digest>[0-9a-f]{32})-(?P<width>[0-9]{1,4})"
        r"\.(?P<suffix>webp|avif)$",
        views.serve_picture,
        name="picture",
    ),
]
