"""Makes the tables of the bare project and signs one person in; prints the key of the session."""

import django
from django.core.management import call_command


def prepare() -> str:
    """The session's key."""
    django.setup()
    from django.contrib.auth.models import User  # there are no models before
    from django.test import Client

    call_command("migrate", verbosity=0)
    client = Client()
    person, _ = User.objects.get_or_create(username="somebody")
    client.force_login(person)  # type: ignore[arg-type]  # the stubs know the portal's people alone
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    print(prepare())  # noqa: T201  # this is what it is called for
