"""Run as a child process by a test: asks for pages of the portal of the environment, as some of its people.

python -m tests.upgrades.asking

Prints how many were asked for, and a line for each that failed.
"""

import sys

import django


def main() -> None:
    django.setup()
    from django.test import Client
    from django.urls import NoReverseMatch, get_resolver, reverse

    from accounts.models import User
    from authorizations.models import Ato, Case, Offering
    from authorizations.url_access import addresses
    from tests.conftest import sign_in

    paths = [
        each.get_absolute_url()
        for record_type in (Case, Ato, Offering)
        for each in record_type.objects.order_by("pk")[:20]
    ]
    for name, _ in addresses(get_resolver()):
        try:
            paths.append(reverse(name))
        except NoReverseMatch:
            continue  # it is the page of a record
    asked = 0
    for email in ("paula@pmo.example", "ann@harbors.example", "ines@auditors.example"):
        client = Client(headers={"host": "localhost"}, raise_request_exception=False)
        for path in paths:
            # Some of the pages end the session.
            sign_in(client, User.objects.get(email=email))
            status = client.get(path).status_code
            asked += 1
            # Whether the timer runs is nothing that a page can know here.
            if status >= 500 and path != reverse("readyz"):
                sys.stderr.write(f"{status} {path} as {email}\n")
    sys.stderr.write(f"{asked} asked\n")


if __name__ == "__main__":
    main()
