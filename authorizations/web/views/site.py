"""Pages about the site itself: accessibility, security contact."""

import logging

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from authorizations import triggers

logger = logging.getLogger(__name__)


def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done for accessibility, what is known to be missing, and whom to tell."""
    return render(request, "site/accessibility.html", {"contact": settings.SECURITY_CONTACT})


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether the portal can do its work, for whoever watches over it: 200, or 503 with what is missing."""
    try:
        missing = triggers.missing(connection)
    except DatabaseError:
        logger.exception("the database does not answer")
        problems = ["The database does not answer."]
    else:
        problems = [f"The record is not guarded: the trigger {name} is missing." for name in sorted(missing)]
    status = 503 if problems else 200
    lines = "\n".join(problems or ["Ready."])
    return HttpResponse(f"{lines}\n", status=status, content_type="text/plain; charset=utf-8")


def security_contact(request: HttpRequest) -> HttpResponse:
    """How to report a security problem."""
    return render(request, "site/security.html", {"contact": settings.SECURITY_CONTACT})


def security_txt(request: HttpRequest) -> HttpResponse:
    """The security contact in the form of RFC 9116."""
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {settings.SECURITY_TXT_EXPIRES}",
        "Preferred-Languages: en",
        f"Canonical: {request.build_absolute_uri(reverse('security_txt'))}",
        f"Policy: {request.build_absolute_uri(reverse('security_contact'))}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
