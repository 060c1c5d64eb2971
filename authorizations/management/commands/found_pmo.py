"""`found_pmo EMAIL NAME`: opens an empty portal with the PMO and its first lead, who then adds everybody else."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from authorizations.actions.people.people import found_pmo
from authorizations.actions.refusals import Refused
from authorizations.vocabulary import WhoTakesPart


class Command(BaseCommand):
    help = "Creates the PMO and its first lead. The password is asked for, or read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        choices = [each.value.replace("_", "-") for each in WhoTakesPart]
        words = "Who takes part. In a portal of agencies alone, FedRAMP has nobody here."
        parser.add_argument("--for", dest="takes_part", choices=choices, default="program-office", help=words)
        parser.add_argument("--agency", default="", help="Your agency, which is made too. You are its first lead.")

    def handle(
        self,
        *args: Any,
        email: str,
        name: str,
        takes_part: str = "program-office",
        agency: str = "",
        **options: Any,
    ) -> None:
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password)
            chosen = WhoTakesPart(takes_part.replace("-", "_"))
            named = {"email": email, "name": name, "agency": agency}
            found_pmo(**named, password=password, now=timezone.now(), participation=chosen)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write("The portal is open. Its first person can sign in, and home says what to do first.")
