"""Signing in by password and second factor, by passkey or through the organization; signing out; the demo's click."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, cast

from allauth.account.internal.flows.login import perform_password_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.openid_connect.views import callback
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations import throttle
from authorizations.display import moment_text
from authorizations.presenters.demo_progress import demo_progress
from authorizations.sanitize import storable
from authorizations.throttle import ThrottleScope
from authorizations.web.error_pages import error_page
from authorizations.web.page_access import person
from authorizations.web.sign_in.allauth_hooks import THROUGH_ORGANIZATION, domain_of, note, note_refusal, provider_of
from authorizations.web.sign_in.forms import SignInCode
from authorizations.web.sign_in.sessions import LEFT, forget_form, saved_form

View = Callable[..., HttpResponse]
# Machinery of a form that a person does not want to read again.
UNREAD = frozenset({"revision", "idempotency_key", "next"})


class SignIn(LoginView):
    """Sign-in by e-mail address and password; the demo's people are below it."""

    template_name = "sign_in/sign_in.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; who comes back to it from the question for a code begins anew."""
        clear_login(request)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Looks at address and password, unless signing in has failed too often or the organization asks for them."""
        now, email = timezone.now(), entered_email(request, "username")
        if not throttle.admits(ThrottleScope.SIGN_IN, request, email, now):
            note_refusal("locked out", _public_id_of(email))
            return too_many_tries(request, now)
        if provider_of(email):
            throttle.take_back(ThrottleScope.SIGN_IN, request, email, now)
            return self.render_to_response(self.get_context_data(elsewhere=domain_of(email), form=AuthenticationForm()))
        answer: HttpResponse = super().post(request, *args, **kwargs)
        if self.failed:
            note_refusal("password", _public_id_of(email))
        else:
            throttle.take_back(ThrottleScope.SIGN_IN, request, email, now)
        return answer

    failed = False

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, with the same words whatever was wrong."""
        self.failed = True
        return super().form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        """Goes on to the second factor, or to where one is added."""
        user = form.get_user()
        goal = Login(user=user, redirect_url=self.get_success_url())
        return cast(HttpResponse, perform_password_login(self.request, {}, goal))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        elsewhere = kwargs.get("elsewhere")
        return {
            **super().get_context_data(**kwargs),
            "demo_people": demo_people() if settings.DEMO_SIGN_IN else [],
            "demo_progress": demo_progress() if settings.DEMO_SIGN_IN else None,
            "is_empty": not settings.DEMO_SIGN_IN and not User.objects.exists(),
            "providers": settings.IDENTITY_PROVIDERS,
            "elsewhere": THROUGH_ORGANIZATION.format(domain=elsewhere) if elsewhere else "",
            "email": self.request.POST.get("username", ""),
            "ended": self.request.GET.get("ended", ""),
        }


sign_in = never_cache(SignIn.as_view())


def entered_email(request: HttpRequest, name: str) -> str:
    """The e-mail address that was typed, as accounts keep theirs and as every database can look for it."""
    return storable(request.POST.get(name, "")).strip().lower()


def _public_id_of(email: str) -> str:
    """The public id of anyone who has an address; blank where nobody has, at the same cost."""
    return User.objects.filter(email=email).values_list("public_id", flat=True).first() or ""


def too_many_tries(request: HttpRequest, now: datetime) -> HttpResponse:
    sentence = f"Signing in failed too often. Try again after {moment_text(throttle.ends(now))}."
    page = error_page(request, 429, sentence=sentence)
    page.headers["Retry-After"] = str(throttle.seconds_left(now))
    return page


# --- second factors ---


def counted(view: View, who: Callable[[HttpRequest], str]) -> View:
    """Wraps a view that looks at codes: it may fail only so often, and needs the memory of the codes that were used.

    Args:
        who: the public id of the person whose codes they are, blank where nobody is known.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now, name = timezone.now(), who(request)
        if request.method != "POST":
            return view(request, *args, **kwargs)
        if name and not throttle.admits(ThrottleScope.CODE, request, name, now):
            note_refusal("locked out", name)
            return too_many_tries(request, now)
        try:
            answer = view(request, *args, **kwargs)
        except (RedisError, OSError):
            # A code counts once: nobody can say whether it was used while the memory of used codes is out.
            return error_page(request, 503, sentence=NO_CODES)
        if name and answer.status_code != 200:
            throttle.take_back(ThrottleScope.CODE, request, name, now)
        return answer

    return guarded


NO_CODES = "Codes cannot be checked just now. Sign in with a passkey, or try again in a few minutes."


def _in_progress(request: HttpRequest) -> str:
    begun = Login.deserialize(request.session["account_login"]) if "account_login" in request.session else None
    user = begun.user if begun else None
    return str(user.public_id) if isinstance(user, User) else ""


sign_in_code = never_cache(counted(AuthenticateView.as_view(form_class=SignInCode), _in_progress))


class PasskeySignIn(LoginWebAuthnView):
    """Sign-in by a passkey alone: the library's view, but refused tries lead back with words, and `next` is kept."""

    def form_invalid(self, form: Any) -> HttpResponse:
        note_refusal("passkey")
        return redirect(f"{reverse('sign_in')}?ended=passkey")


sign_in_passkey = never_cache(PasskeySignIn.as_view())


# --- through the organization ---


@never_cache
def through_organization(request: HttpRequest) -> HttpResponse:
    """Finds the provider of an address's domain; the next page leads there."""
    now, email = timezone.now(), entered_email(request, "email")
    if not throttle.admits(ThrottleScope.SIGN_IN, request, email, now):
        return too_many_tries(request, now)
    target, known = _safe_next(request), provider_of(email)
    if not known:
        context = {"sentence": NO_PROVIDER.format(domain=domain_of(email) or "this address")}
        return render(request, "sign_in/refused.html", context, status=404)
    throttle.take_back(ThrottleScope.SIGN_IN, request, email, now)
    return leading_to_organization(request, known, email, target)


def leading_to_organization(request: HttpRequest, known: str, email: str, target: str) -> HttpResponse:
    """A page that leads to the provider ``known``, with the address to sign in with; from there to ``target``."""
    provider = get_adapter().get_provider(request, known)
    hint = {"login_hint": email}
    with readable(request, known):
        answer = provider.redirect(request, process="login", next_url=target, auth_params=hint)
    # The library redirects; the browser would refuse to follow a form to another site, as our policy tells it to.
    page = render(request, "sign_in/redirecting.html", {"url": answer.headers["Location"], "name": provider.name})
    page.headers["Refresh"] = f"0; url={answer.headers['Location']}"
    return page


NO_PROVIDER = (
    "No organization with its own sign-in has told the portal about {domain}. Sign in with your password here."
)


@never_cache
def back_from_organization(request: HttpRequest, provider_id: str) -> HttpResponse:
    with readable(request, provider_id):
        return cast(HttpResponse, callback(request, provider_id))


@contextmanager
def readable(request: HttpRequest, provider_id: str) -> Iterator[None]:
    """What a provider answers is foreign: whatever cannot be reached or read ends the sign-in, in words."""
    try:
        yield
    except (RedisError, OSError, ValueError, KeyError) as problem:
        provider = get_adapter().get_provider(request, provider_id)
        get_adapter().on_authentication_error(request, provider, exception=problem)


# --- the demo ---


def demo_people() -> list[Membership]:
    order = {role.value: place for place, role in enumerate(Role)}
    current = Membership.objects.current(timezone.localdate())
    people = current.filter(user__email__endswith=DEMO_DOMAIN, user__is_active=True)
    people = people.select_related("user", "organization")
    return sorted(people, key=lambda membership: (order[membership.role], membership.pk))


# Addresses under .example can never belong to anyone (RFC 2606), so nobody real can be signed in by a click.
DEMO_DOMAIN = ".example"


def sign_in_as(request: HttpRequest, public_id: str) -> HttpResponse:
    """Signs in as a demo person; the page does not exist unless the setting allows it."""
    if not settings.DEMO_SIGN_IN:
        raise Http404
    user = get_object_or_404(User, public_id=public_id, is_active=True, email__endswith=DEMO_DOMAIN)
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, user, "demo")
    login(request, user)
    note("session.started", user, by="demo")
    return HttpResponseRedirect(_safe_next(request))


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse(settings.LOGIN_REDIRECT_URL)
    return target


# --- what was sent too late, and signing out ---


def saved_form_page(request: HttpRequest) -> HttpResponse:
    """Offers what a form held whose session had ended: to send it now, or to drop it."""
    found = saved_form(request, person(request))
    if found is None:
        return redirect("home")
    if request.method == "POST":
        forget_form(request)
        return redirect(found["path"])
    read = [(name.replace("_", " ").capitalize(), value) for name, value in found["fields"] if name not in UNREAD]
    return render(request, "sign_in/resume_form.html", {**found, "read": [pair for pair in read if pair[1]]})


def sign_out(request: HttpRequest) -> HttpResponse:
    user = request.user
    logout(request)
    if isinstance(user, User):
        note("session.ended", user)
        request.session[LEFT] = str(user.pk)
    return redirect("sign_in")
