"""Sessions that know whose they are, so that a person can see and end all of theirs."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from accounts.models.user import User


class SessionManager(BaseSessionManager["Session"]):
    def own(self, user: "User", now: datetime) -> "models.QuerySet[Session]":
        return self.filter(user=user.pk, expire_date__gt=now).order_by("-seen_at", "-began_at")


class Session(AbstractBaseSession):
    """One sign-in on one device. The engine in `accounts/sessions.py` copies these columns out of what it keeps."""

    user = models.ForeignKey("accounts.User", null=True, on_delete=models.CASCADE, related_name="sessions")
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=100, blank=True)
    browser = models.CharField(max_length=100, blank=True)

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta:
        verbose_name = "session"

    @property
    def handle(self) -> str:
        """What stands for the session on a page: the key itself would open it."""
        return salted_hmac("session handle", self.session_key).hexdigest()[:20]

    @classmethod
    def get_session_store_class(cls) -> Any:
        from accounts.sessions import SessionStore  # the engine names this class

        return SessionStore
