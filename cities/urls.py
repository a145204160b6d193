from django.http import HttpResponse
from django.urls import path

app_name = "cities"
urlpatterns = [path("cities/", lambda request: HttpResponse("x"), name="index")]
