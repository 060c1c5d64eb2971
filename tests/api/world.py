"""What the tests of the API share: tokens, and a client that speaks JSON."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from authorizations.actions.people.people import make_token
from authorizations.models import Ato, Case
from tests.cast import Cast
from tests.exchange.documents import PDF
from tests.lifecycle.world import as_entered, facts_of

ATOS = "/api/atos"


def token_of(user: User, *, read_only: bool = False, name: str = "Nightly report", days: int = 30) -> str:
    """The secret of a new token of a person."""
    now = timezone.now()
    last = timezone.localdate(now) + timedelta(days=days)
    return make_token(actor=user, name=name, expires_on=last, read_only=read_only, now=now)[1]


def bearing(secret: str) -> Client:
    """A program that shows a token, on every request."""
    return Client(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)


def program_of(user: User, *, read_only: bool = False, name: str = "Nightly report") -> Client:
    """A program that acts for a person; each needs a token of another name."""
    return bearing(token_of(user, read_only=read_only, name=f"{name} {user.access_tokens.count()}"))


def post(client: Client, address: str, body: Any) -> HttpResponse:
    """A POST of a JSON body."""
    return client.post(address, body, content_type="application/json")  # type: ignore[return-value]


def step_address(ato: Ato, name: str) -> str:
    return f"{ATOS}/{ato.public_id}/{name}"


def body_for(ato: Ato, name: str, cast: Cast, **changed: Any) -> dict[str, Any]:
    """Everything that a step asks for, as a program sends it."""
    facts = {key: value for key, value in as_entered(facts_of(name, cast)).items() if value is not None}
    revision = Ato.objects.get(pk=ato.pk).revision
    return {"revision": revision, "reason": "Because.", "facts": facts, **changed}


def documents_of(case: Case) -> str:
    """The address of a case's documents."""
    return f"/api/cases/{case.public_id}/documents"


def send(client: Client, case: Case, name: str = "plan.pdf", content: bytes = PDF, **said: Any) -> Any:
    """Adds a file to a case; its name goes over the wire as it is, path and all."""
    file = SimpleUploadedFile("x", content)
    file._name = name
    return client.post(f"{documents_of(case)}/file", {"key": "wbs", "upload": file, **said})
