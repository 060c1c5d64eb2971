"""What a password must be: long, and not among or near those that attackers try first.

Source: NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where a password alone may sign in, every character
allowed, no rules of composition and no expiry, and a comparison with passwords of known breaches, words of a dictionary
and words about the person and the service. The lists are those of zxcvbn (MIT), which also knows their usual disguises.
"""

import re
from typing import Any

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

# Of zxcvbn's scale 0 to 4: more than a hundred million guesses.
ENOUGH = 3
# It looks at no more than this: what is longer is not weaker.
LONGEST = 72
OF_THE_SERVICE = ("authorization", "portal", "fedramp")


class NotEasilyGuessed:
    """Refuses passwords from lists of breaches, their disguises, and words about the person and the service."""

    def validate(self, password: str, user: Any = None) -> None:
        about = f"{getattr(user, 'email', '')} {getattr(user, 'name', '')}".lower()
        words = {*OF_THE_SERVICE, *re.findall(r"\w{3,}", about)}
        # What is known about the person adds nothing, however often it is there.
        rest = re.sub("|".join(map(re.escape, words)), " ", password[:LONGEST], flags=re.IGNORECASE).strip()
        if not rest or zxcvbn(rest)["score"] < ENOUGH:
            raise ValidationError(
                "This password would be guessed soon: it is known from breaches, or near such passwords, your name "
                "or your address. A sentence of five or six words that only you would put together is good.",
                code="password_easily_guessed",
            )

    def get_help_text(self) -> str:
        return "No password that is known from breaches, and nothing from your name or address."
