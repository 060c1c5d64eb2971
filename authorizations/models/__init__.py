"""The record types of the register, one file each, in the order people should read them."""
# ruff: noqa: F401

from authorizations.models.audit_log import AuditLogHead, Event, Tally
from authorizations.models.calendar.calendar_feed import CalendarFeed
from authorizations.models.calendar.deliverable import Deliverable
from authorizations.models.calendar.office_closure import OfficeClosure
from authorizations.models.cases.absent_party import RecordedForAbsent
from authorizations.models.cases.case import Case
from authorizations.models.cases.co_signer import CoSigner
from authorizations.models.cases.comment import Comment
from authorizations.models.cases.initial import InitialCase
from authorizations.models.cases.reuse import ReuseCase
from authorizations.models.cases.waiver import Waiver
from authorizations.models.cases.wbs import Wbs, WbsTask
from authorizations.models.document import Document, DocumentVersion
from authorizations.models.feed_watch import FeedLimit, FoundFeed
from authorizations.models.file_check import FileCheck
from authorizations.models.finding import Finding, FindingRound
from authorizations.models.heartbeat import Heartbeat
from authorizations.models.imports import ImportIssue, ImportRun, ReviewItem
from authorizations.models.messages.bounce import Bounce
from authorizations.models.messages.message import Message
from authorizations.models.messages.notification_preferences import Mute, NotificationSettings
from authorizations.models.register.agency_list import AgencyList, AgencyListRow
from authorizations.models.register.agency_system import AgencySystem
from authorizations.models.register.ato import Ato
from authorizations.models.register.contact import Contact
from authorizations.models.register.correction import Correction
from authorizations.models.register.obligations import Condition, Notice
from authorizations.models.register.offering import DesignationEvent, Leverage, Offering
from authorizations.models.register.overview import PackageOverview
from authorizations.models.register.package import Package, PackageAccess
from authorizations.models.register.reconciliation import DifferenceDecision
from authorizations.models.register.saved_view import SavedView
from authorizations.models.report_job import ReportJob
from authorizations.models.report_schedule import ReportSchedule
from authorizations.models.rules import LocalValue, ParticipationDecision, RuleEdition, RulesRelease, RuleText
from authorizations.models.verification import Verification
from authorizations.models.webhook import Webhook, WebhookDelivery
