"""The words of a reconciliation: how a record stands to the feed."""

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
