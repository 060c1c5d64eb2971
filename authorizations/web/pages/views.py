"""Pages about the site itself: accessibility, security contact, health."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from authorizations.web.pages.readiness import look


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html", {"contact": settings.SECURITY_CONTACT})


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all; asks nothing else, so that no problem elsewhere ends a web process."""
    return _words("Alive.\n", 200)


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether the portal can do its work, for anyone who watches over it: 200, or 503 with what is wrong."""
    answers = look()
    is_ready = all(answer.is_well for answer in answers)
    lines = "\n".join(answer.line for answer in answers)
    return _words(f"{'Ready.' if is_ready else 'Not ready.'}\n{lines}\n", 200 if is_ready else 503)


def _words(text: str, status: int) -> HttpResponse:
    kind = "text/plain; charset=utf-8"
    return HttpResponse(text, status=status, content_type=kind, headers={"Cache-Control": "no-store"})


def security_contact(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/security.html", {"contact": settings.SECURITY_CONTACT})


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
