"""The parts of addresses that name releases and rules."""

from django.urls.converters import StringConverter


class ReleaseId(StringConverter):
    regex = r"[a-z0-9][a-z0-9.-]{1,39}"


class RuleId(StringConverter):
    """The id of a rule, or its beginning: a ruleset, or a part of one."""

    regex = r"[A-Z]{3}(?:-[A-Z]{3}){0,2}"
