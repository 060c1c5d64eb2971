"""The pages for a forgotten password: asking for a mail, and setting a new password with its link."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from authorizations import throttle
from authorizations.actions.people.password_reset import USED_UP, ask_new_password, person_of, set_new_password
from authorizations.throttle import ThrottleScope
from authorizations.web.sign_in.forms import NewPassword
from authorizations.web.sign_in.views import entered_email, too_many_tries


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Asks for the mail. What follows is the same page, whether anybody has the address or not."""
    if request.method != "POST":
        return render(request, "sign_in/password_forgotten.html", {"sends_mail": bool(settings.SMTP)})
    now, email = timezone.now(), entered_email(request, "email")
    if not throttle.admits(ThrottleScope.FORGOTTEN, request, email, now):
        return too_many_tries(request, now)
    ask_new_password(email=email, now=now)
    return render(request, "sign_in/password_forgotten.html", {"sends_mail": bool(settings.SMTP), "asked": True})


@never_cache
def new_password(request: HttpRequest) -> HttpResponse:
    """Sets the password. The link's token is in the query, which no line of the log keeps."""
    token = request.GET.get("token", "")
    person = person_of(token)
    if person is None:
        return render(request, "sign_in/refused.html", {"sentence": USED_UP}, status=404)
    form = NewPassword(person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["new_password1"]
        set_new_password(person=person, token=token, password=password, now=timezone.now())
        messages.success(request, "Your password was changed, and every session of yours has ended. Sign in with it.")
        return redirect("sign_in")
    return render(request, "sign_in/password_reset.html", {"form": form})
