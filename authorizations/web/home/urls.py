"""The home pages: addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.home import views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
]
