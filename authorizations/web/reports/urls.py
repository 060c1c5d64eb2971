"""Reports: addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.reports import views, views_jobs, views_schedules

urlpatterns: list[URLPattern] = [
    path("reports/", views.reports, name="reports"),
    path("reports/mine/", views_jobs.my_reports, name="my_reports"),
    path("reports/mine/<public_id:public_id>/", views_jobs.report_job, name="report_job"),
    path("reports/mine/<public_id:public_id>/file/", views_jobs.file, name="report_job_file"),
    path("reports/mine/<public_id:public_id>/cancel/", views_jobs.cancel, name="cancel_report"),
    path("reports/mine/<public_id:public_id>/again/", views_jobs.again, name="ask_report_again"),
    path("reports/mine/<public_id:public_id>/remove/", views_jobs.remove, name="remove_report"),
    *(
        path(f"reports/schedules/<public_id:public_id>/{act}/", view, name=f"{act}_schedule")
        for act, view in (
            ("pause", views_schedules.pause),
            ("resume", views_schedules.resume),
            ("remove", views_schedules.remove),
        )
    ),
    path("reports/<slug:name>/", views.report, name="report"),
    path("reports/<slug:name>/make/", views_jobs.make, name="make_report"),
    path("reports/<slug:name>/schedule/", views_schedules.schedule, name="schedule_report"),
    path("reports/<slug:name>/schema.json", views.schema, name="report_schema"),
    path("reports/<slug:name>/print/", views.printable, name="report_print"),
    path("reports/<slug:name>/csv/", views.file, {"suffix": "csv"}, name="report_csv"),
    path("reports/<slug:name>/json/", views.file, {"suffix": "json"}, name="report_json"),
]
