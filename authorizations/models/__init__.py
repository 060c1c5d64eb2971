"""The nouns of the register, one file each, in the order people should read them."""

from authorizations.models.artifact import Artifact, ArtifactVersion
from authorizations.models.ato import Ato
from authorizations.models.bounce import Bounce
from authorizations.models.calendar_feed import CalendarFeed
from authorizations.models.case import Case, Waiver
from authorizations.models.closing import Closing
from authorizations.models.comment import Comment
from authorizations.models.contact import Contact
from authorizations.models.deliverable import Deliverable
from authorizations.models.event import Event, Head, Tally
from authorizations.models.file_check import FileCheck
from authorizations.models.finding import Finding, FindingRound
from authorizations.models.heartbeat import Heartbeat
from authorizations.models.imports import ImportRun, ImportTrouble, ReviewItem
from authorizations.models.initial import InitialCase
from authorizations.models.message import Message
from authorizations.models.obligations import Condition, Notice
from authorizations.models.offering import DesignationEvent, Leverage, Offering
from authorizations.models.package import Package, PackageAccess
from authorizations.models.report_job import ReportJob
from authorizations.models.report_schedule import ReportSchedule
from authorizations.models.reuse import ReuseCase
from authorizations.models.rules import LocalValue, RuleEdition, RulesRelease, RuleText
from authorizations.models.system import AgencySystem
from authorizations.models.verification import Verification
from authorizations.models.wbs import Wbs, WbsTask
from authorizations.models.wishes import Mute, NotificationSettings

__all__ = [
    "AgencySystem",
    "Artifact",
    "ArtifactVersion",
    "Ato",
    "Bounce",
    "CalendarFeed",
    "Case",
    "Closing",
    "Comment",
    "Condition",
    "Contact",
    "Deliverable",
    "DesignationEvent",
    "Event",
    "FileCheck",
    "Finding",
    "FindingRound",
    "Head",
    "Heartbeat",
    "ImportRun",
    "ImportTrouble",
    "InitialCase",
    "Leverage",
    "LocalValue",
    "Message",
    "Mute",
    "Notice",
    "NotificationSettings",
    "Offering",
    "Package",
    "PackageAccess",
    "ReportJob",
    "ReportSchedule",
    "ReuseCase",
    "ReviewItem",
    "RuleEdition",
    "RuleText",
    "RulesRelease",
    "Tally",
    "Verification",
    "Waiver",
    "Wbs",
    "WbsTask",
]
