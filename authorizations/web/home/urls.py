from django.urls import URLPattern

from authorizations.url_access import SIGNED_IN, page
from authorizations.web.home import views

urlpatterns: list[URLPattern] = [page("", views.home, "home", SIGNED_IN)]
