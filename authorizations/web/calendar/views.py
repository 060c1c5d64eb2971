"""The calendar: deadlines by month, and as an agenda."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from authorizations.web.calendar.layout import DAYS, agenda_of, weeks_of
from authorizations.web.calendar.page_context import CalendarView, shown_to
from authorizations.web.calendar.query_parameters import AGENDA, ALL, MONTH, CalendarQuery, asked_by
from authorizations.web.page_access import person

# More than anybody reads; filters lead further.
MOST = 300


def calendar(request: HttpRequest) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    query = asked_by(request.GET, today)
    view = shown_to(user, query, today)
    context = {
        "query": query,
        "today": today,
        "view": view,
        "everything": query.but(whose=ALL).url,
        "unfiltered": query.but(kind="", organization="", offering="").url,
        "month_url": query.but(view=MONTH).url,
        "agenda_url": query.but(view=AGENDA, day=today if query.day == today.replace(day=1) else query.day).url,
        "overdue_url": query.but(view=AGENDA, day=today).url,
        "today_url": query.but(day=today).url,
        "link_url": f"{reverse('make_calendar_link')}?{urlencode({'offering': query.offering})}",
        "earlier_url": query.moved(-1).url,
        "later_url": query.moved(1).url,
    }
    more = _month(query, view, today) if query.view == MONTH else _agenda(query, view, today)
    return render(request, "calendar/calendar.html", {**context, **more})


def _month(calendar_query: CalendarQuery, view: CalendarView, today: Any) -> dict[str, Any]:
    return {
        "names": DAYS,
        "weeks": [
            [(cell, calendar_query.but(view=AGENDA, day=cell.day).url) for cell in week]
            for week in weeks_of(calendar_query.day, view.entries, today)
        ],
    }


def _agenda(calendar_query: CalendarQuery, view: CalendarView, today: Any) -> dict[str, Any]:
    # From another day on, what was overdue before it is not what one looks for.
    overdue = view.overdue if calendar_query.day == today else []
    left = max(0, MOST - len(overdue))
    return {
        "overdue": overdue[:MOST],
        "agenda": agenda_of(view.entries[:left]),
        "left_out": len(overdue) + len(view.entries) - len(overdue[:MOST]) - len(view.entries[:left]),
    }
