"""Where the hooks of django-allauth and of Django's sign-in stand: they decide who may sign in, and note what happened.

The library does the protocols (OpenID Connect, one-time codes, passkeys). It never adds a person, never matches one by
anything but an address that the organization's own provider has verified, and sends no mail.
"""

import logging
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, NamedTuple

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import sessions
from accounts.models import User
from authorizations.actions.audit_log import security_events
from authorizations.actions.refusals import Refused
from authorizations.web.people.invitation_session import joined

logger = logging.getLogger("portal.security")

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
THROUGH_ORGANIZATION = (
    "People of {domain} sign in through their organization, not with a password or passkey of the portal."
)
NO_ACCOUNT = "No account here belongs to the address that your organization’s sign-in gave us."
SWITCHED_OFF = "This account is switched off. A lead of your organization, or the PMO, can say why."
MERGED = "This account was merged into another account of yours. Sign in with that one."
NOT_VERIFIED = "Your organization’s sign-in did not say that your e-mail address is verified."
OTHER_DOMAIN = "Your organization’s sign-in gave an address of another domain than its own."
UNCLEAR = "Your organization’s sign-in gave two different answers about who you are."
CANCELLED = "You did not finish signing in at your organization, so nothing happened here."
NOT_WORKING = "Your organization’s sign-in could not be reached, or its answer could not be used."
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def note(verb: str, user: User, **details: str) -> None:
    """Notes what a person did to their way in: an entry of the audit log of security, and a line of the log, by ids."""
    security_events.note(verb, actor=user, subject=user, now=timezone.now(), details=details)
    logger.info(" ".join([verb, f"user={user.pk}", *(f"{name}={value}" for name, value in details.items())]))


def note_refusal(why: str, public_id: str = "") -> None:
    """Counts a sign-in that came to nothing, of nobody where nobody has the address: what was typed is never kept."""
    security_events.tally("session.refused", actor=None, now=timezone.now(), subject=("user", public_id))
    logger.info("session.refused why=%s", why)


# --- who may sign in ---


def domain_of(email: str) -> str:
    return email.strip().lower().rpartition("@")[2]


def provider_of(email: str) -> str:
    """The id of the provider through which people with such an address sign in; blank where they have none."""
    return settings.PROVIDER_OF_DOMAIN.get(domain_of(email), "")


def came_through_organization(request: HttpRequest, user: User) -> bool:
    return any(record["method"] == "socialaccount" for record in get_authentication_records(request, user))


def refused(request: HttpRequest, sentence: str) -> ImmediateHttpResponse:
    """What ends a sign-in at once, in words."""
    clear_login(request)
    return ImmediateHttpResponse(render(request, "sign_in/refused.html", {"sentence": sentence}, status=403))


class SecondFactor(AuthenticateStage):
    """Asks for the second factor after a password; the organization's own provider has asked for its own."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not came_through_organization(request, self.login.user) and super()._should_handle(request)


class Accounts(DefaultAccountAdapter):
    """The library's accounts: existing people only, in our words, without its mails and messages."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are added or invited."""
        return False

    def get_login_stages(self) -> list[str]:
        return [f"{__name__}.{SecondFactor.__name__}"]

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuses, after the person has shown who they are, whom the portal does not let in this way."""
        if not user.is_active:
            note_refusal("switched off", user.public_id)
            raise refused(request, MERGED if user.merged_into_id else SWITCHED_OFF)
        if provider_of(user.email) and not came_through_organization(request, user):
            note_refusal("not through the organization", user.public_id)
            raise refused(request, THROUGH_ORGANIZATION.format(domain=domain_of(user.email)))
        return None

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        note("session.started", user, by=way_of(request, user).by)
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer

    def is_reauthentication_required(self, app: str) -> bool:
        """Whether a change of factors asks again who one is: not in the first minutes of a session."""
        began = context.request.session.get(sessions.BEGAN, 0)
        fresh: bool = timezone.now().timestamp() - began < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not fresh

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse(settings.LOGIN_REDIRECT_URL)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages say what happened themselves."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The library sends no mail of its own."""


class Organizations(DefaultSocialAccountAdapter):
    """Sign-in through an organization's own provider: it names one of its own people, whom the portal knows already."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Providers come from the settings alone, so that no secret of theirs is in the database."""
        return [
            SocialApp(provider="openid_connect", **app)
            for app in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
            if provider in {None, "openid_connect", app["provider_id"]} and client_id in {None, app["client_id"]}
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Finds the person: by a verified address of a domain that this very provider answers for, and no other mark.

        Who has no account gets one by an invitation of this very address, whose link this browser has opened.

        Raises:
            ImmediateHttpResponse: the refusal in words.
        """
        sentence = self._why_not(sociallogin)
        email = str(recorders_of(sociallogin).get("email", "")).strip().lower()
        user = None if sentence else User.objects.filter(email=email).first() or self._invited(request, email)
        if user is None:
            note_refusal(f"provider {sociallogin.account.provider}")
            raise refused(request, sentence or NO_ACCOUNT)
        sociallogin.user = user

    def _invited(self, request: HttpRequest, email: str) -> User | None:
        try:
            return joined(request, email)
        except Refused as refusal:
            raise refused(request, refusal.sentence) from refusal

    def _why_not(self, sociallogin: SocialLogin) -> str:
        email, token = recorders_of(sociallogin), sociallogin.account.extra_data.get("id_token", {})
        if not token.get("sub") or email.get("sub") != token["sub"]:
            # OpenID Connect Core 1.0, section 5.3.2.
            return UNCLEAR
        if not isinstance(email.get("email"), str) or email.get("email_verified") is not True:
            return NOT_VERIFIED
        return "" if provider_of(email["email"]) == sociallogin.account.provider else OTHER_DOMAIN

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Says in words why nothing came of it."""
        note_refusal(f"provider {provider.app.provider_id}")
        if exception is not None:
            # The kind alone: its text may hold addresses and codes.
            logger.warning("The provider %s failed: %s", provider.app.provider_id, type(exception).__name__)
        raise refused(request, CANCELLED if error == "cancelled" else NOT_WORKING)


def recorders_of(sociallogin: SocialLogin) -> Mapping[str, Any]:
    """What the provider says of the person: its answer to the question who it is, else its token."""
    data: Mapping[str, Any] = sociallogin.account.extra_data
    return data.get("userinfo") or data.get("id_token") or {}


# --- second factors ---


class Factors(DefaultMFAAdapter):
    """Second factors: their secrets are sealed, and the last one of a local account stays."""

    error_messages = {  # the library's own name and kind
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code does not fit. Codes change every half minute and count once: enter the next one.",
        "cannot_delete_authenticator": "This is your last second factor. Add another before you remove it.",
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one, while the portal asks for one."""
        others = Authenticator.objects.filter(user=authenticator.user_id, type__in=SECOND_FACTORS)
        return not settings.SECOND_FACTOR or others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  # the library's name
        """What a passkey is called whose owner gives it no name."""
        return f"Passkey {Authenticator.objects.filter(user=user.pk, type=type).count() + 1}"

    def encrypt(self, text: str) -> str:
        """Seals a secret with the portal's key, which is not in the database."""
        return _sealer().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _sealer().decrypt(encrypted_text.encode()).decode()


def _sealer() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("second factors", "", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])


def has_factor(user: User) -> bool:
    """Whether the person has a second factor; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=user.pk, type__in=SECOND_FACTORS).exists())


# --- what happened ---


class SignInMethod(NamedTuple):
    """How a person signed in: a word for the audit log, words for the person, and if it is more than a password."""

    by: str
    words: str
    is_strong: bool


def way_of(request: HttpRequest, user: User) -> SignInMethod:
    records = get_authentication_records(request, user)
    last = records[-1] if records else {"method": ""}
    if last["method"] == "socialaccount":
        names = {each["id"]: each["name"] for each in settings.IDENTITY_PROVIDERS}
        return SignInMethod(
            f"provider {last['provider']}", f"through {names.get(last['provider'], 'the organization')}", is_strong=True
        )
    if last["method"] == "demo":
        return SignInMethod("demo", "by one click", is_strong=True)
    if last["method"] == "mfa":
        kind = {"webauthn": "passkey", "totp": "code", "recovery_codes": "recovery code"}[last["type"]]
        if last.get("passwordless"):
            return SignInMethod(kind, f"with a {kind}", is_strong=True)
        return SignInMethod(f"password and {kind}", f"with password and {kind}", is_strong=True)
    return SignInMethod("password", "with a password", is_strong=False)


def browser_of(request: HttpRequest) -> str:
    """The browser and system that a request says it comes from, in two words; no version, which would tell more."""
    user_agent = request.META.get("HTTP_USER_AGENT", "")
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


@receiver(user_logged_in)
def _began(request: HttpRequest, user: User, **kwargs: Any) -> None:
    way = way_of(request, user)
    browser = browser_of(request)
    sessions.begin(request.session, timezone.now(), how=way.words, browser=browser, strong=way.is_strong)


@receiver([authenticator_used, authenticator_added])
def _code_used(request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """A code counts once, also the one that an app was added with."""
    if authenticator.type == Authenticator.Type.TOTP:
        # The library remembers a code for one period; with the tolerance it would count for three.
        key = TOTP(authenticator)._get_used_cache_key(request.POST.get("code", ""))
        cache.set(key, "y", timeout=(2 * settings.MFA_TOTP_TOLERANCE + 1) * 30)


@receiver(authentication_failed)
def _wrong_code(user: User, **kwargs: Any) -> None:
    note_refusal("wrong code", user.public_id)


@receiver(authenticator_added)
def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    note("factor.added", user, kind=authenticator.type)
    request.session[sessions.STRONG] = True
    request.session[sessions.HOW] = "and added a second factor"
    # A session that someone else may have begun with the password alone ends here.
    user.sessions.exclude(session_key=request.session.session_key).delete()


@receiver(authenticator_removed)
def _factor_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    note("factor.removed", user, kind=authenticator.type)


@receiver(authenticator_reset)
def _codes_renewed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    note("factor.renewed", user, kind=authenticator.type)
