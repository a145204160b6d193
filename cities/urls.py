from django.urls import path

from .switcher import views

app_name = "cities"
urlpatterns = [
    path("cities/", views.index, name="index"),
    path("cities/switch/", views.switch, name="switch"),
]
