"""The words of a reconciliation: how a record stands to the feed, and why the two differ."""

from django.db.models import TextChoices


class RecordClass(TextChoices):
    """How an agency's ATO and a row of the feed stand to each other; each is in exactly one class."""

    SAME = "same", "Same in both"
    DIFFERS = "differs", "Differs"
    TWO_LETTERS = "two_letters", "Two letters for one"
    OTHER_AGENCY = "other_agency", "Other agency id"
    RENAMED = "renamed", "Renamed"
    NO_LETTER = "no_letter", "Published without letter"
    EXPIRED = "expired", "Expired on paper"
    UNPUBLISHED = "unpublished", "Letter without publication"
    OURS_ONLY = "ours_only", "Ours only"
    FEED_ONLY = "feed_only", "Feed only"


class DifferenceReason(TextChoices):
    """Why an agency's record and the feed differ, as a person decided it."""

    ASK_FEDRAMP = "ask_fedramp", "Ask FedRAMP to correct"
    OURS_WRONG = "ours_wrong", "The agency corrects its own"
    BOTH_RIGHT = "both_right", "Both are right"
    ON_ITS_WAY = "on_its_way", "On its way to FedRAMP"
    NOT_USED = "not_used", "No longer used"
    NOT_OURS = "not_ours", "Not the agency's"
    ACCEPTED = "accepted", "Known, nothing to do"
