"""Fills an empty portal with the demo's world: the program, with a federal record too, or one agency alone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from demo.agency import enter_agency
from demo.entering import enter_demo
from demo.feeds import enter_feeds

WORLDS = {"program": enter_demo, "feed": enter_feeds, "agency": enter_agency}


class Command(BaseCommand):
    help = "Fills an empty portal with fictional organizations, people and offerings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--world", choices=WORLDS, default="program", help="the program, with a feed too, or one agency"
        )

    def handle(self, *args: Any, world: str = "program", **options: Any) -> None:
        entered = WORLDS[world](timezone.now())
        self.stdout.write("Demo data entered." if entered else "The portal already has people; nothing was entered.")
