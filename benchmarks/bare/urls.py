"""The one page of the bare project."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "page.html")


urlpatterns = [path("", page)]
