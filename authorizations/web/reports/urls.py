from django.urls import URLPattern

from authorizations.url_access import FILES, OF_REPORT, SENT_AGAIN, SIGNED_IN, ObjectScope, page, sent_to
from authorizations.web.reports import views, views_jobs, views_schedules

SENT_TO_REPORT, SENT_TO_SCHEDULE = sent_to(ObjectScope.REPORT), sent_to(ObjectScope.REPORT_SCHEDULE)

MINE, SCHEDULE = "reports/mine/<public_id:public_id>", "reports/schedules/<public_id:public_id>"

urlpatterns: list[URLPattern] = [
    page("reports/", views.reports, "reports", SIGNED_IN),
    page("reports/mine/", views_jobs.my_reports, "my_reports", SIGNED_IN),
    page(f"{MINE}/", views_jobs.report_job, "report_job", OF_REPORT),
    page(f"{MINE}/file/", views_jobs.file, "report_job_file", OF_REPORT),
    page(f"{MINE}/cancel/", views_jobs.cancel, "cancel_report", SENT_TO_REPORT),
    page(f"{MINE}/again/", views_jobs.again, "ask_report_again", SENT_TO_REPORT),
    page(f"{MINE}/remove/", views_jobs.remove, "remove_report", SENT_TO_REPORT),
    page(f"{SCHEDULE}/pause/", views_schedules.pause, "pause_schedule", SENT_TO_SCHEDULE),
    page(f"{SCHEDULE}/resume/", views_schedules.resume, "resume_schedule", SENT_TO_SCHEDULE),
    page(f"{SCHEDULE}/remove/", views_schedules.remove, "remove_schedule", SENT_TO_SCHEDULE),
    page("reports/<slug:name>/", views.report, "report", SIGNED_IN),
    page("reports/<slug:name>/make/", views_jobs.make, "make_report", SENT_AGAIN),
    page("reports/<slug:name>/schedule/", views_schedules.schedule, "schedule_report", SIGNED_IN),
    page("reports/<slug:name>/schema.json", views.schema, "report_schema", FILES),
    page("reports/<slug:name>/print/", views.printable, "report_print", SIGNED_IN),
    page("reports/<slug:name>/csv/", views.file, "report_csv", FILES, suffix="csv"),
    page("reports/<slug:name>/json/", views.file, "report_json", FILES, suffix="json"),
]
