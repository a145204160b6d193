from django.urls import path

from .switcher import views

app_name = "cities"
urlpatterns = [
    path("cities/", views.show_switcher, name="index"),
    path("cities/centres.json", views.show_centres, name="centres"),
    path("cities/switch/", views.switch_city, name="switch"),
]
