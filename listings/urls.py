from django.urls import path

from listings import views

app_name = "listings"
urlpatterns = [
    path("jobs/", views.listing_list, name="list"),
    path("jobs/<int:pk>/", views.listing_detail, name="detail"),
    path("<city:city>/jobs/", views.listing_list, name="list"),
    path("<city:city>/jobs/<int:pk>/", views.listing_detail, name="detail"),
]
