"""`walk`: walks over the machines at random, in a database made for it, and checks what must hold after every step."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from tqdm import tqdm

from demo.random_walk import Walk
from demo.random_walk_checks import Broken


class Command(BaseCommand):
    help = "Walks over the machines at random, in a database made for it and removed after it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--steps", type=int, default=1000)
        parser.add_argument("--seed", type=int, default=2026, help="the same seed walks the same way (default: 2026)")

    def handle(self, *, steps: int, seed: int, verbosity: int, **options: Any) -> None:
        if steps < 1:
            raise CommandError("A walk has one step at least.")
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            self._walk(steps, seed, quiet=not self.stderr.isatty())
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)

    def _walk(self, steps: int, seed: int, *, quiet: bool) -> None:
        walk = Walk(seed, steps)
        try:
            for number in tqdm(range(steps), disable=quiet, unit="step"):
                walk.step()
                if number % 500 == 0:
                    walk.check_all()
            walk.check_all()
        except Broken as broken:
            done = sum(walk.done.values()) + sum(walk.refused.values())
            raise CommandError(f"Seed {seed}, step {done + 1}: {broken}") from broken
        self.stdout.write(f"{steps:,} tries with seed {seed}: everything held.")
        self.stdout.write("Done: " + ", ".join(f"{name} {count:,}" for name, count in walk.done.most_common()))
        self.stdout.write("Refused: " + ", ".join(f"{name} {count:,}" for name, count in walk.refused.most_common()))
        stages = sorted({f"{machine} {stage}" for machine, stage in walk.reached})
        self.stdout.write(f"Stages reached: {len(stages)} ({', '.join(stages)})")
