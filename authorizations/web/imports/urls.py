from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import FILES, SIGNED_IN, ObjectScope, page, requires
from authorizations.web.imports import changes, views, views_found_feeds
from authorizations.web.imports.listings import FOUND_FEEDS, IMPORT_RUNS, ISSUE_ROWS, REVIEW_ITEMS
from authorizations.web.lists.listing import show_list
from authorizations.web.lists.urls import exports

READERS = requires(Capability.SEE_IMPORTS)
OF_REVIEW_ITEM = requires(Capability.SEE_IMPORTS, ObjectScope.REVIEW_ITEM)
OF_FOUND_FEED = requires(Capability.SEE_IMPORTS, ObjectScope.FOUND_FEED)
OF_ITS_PLAN = requires(Capability.APPLY_IMPORT, ObjectScope.FOUND_FEED)
OF_IMPORT_RUN = requires(Capability.SEE_IMPORTS, ObjectScope.IMPORT_RUN)

urlpatterns: list[URLPattern] = [
    # What a feed says is public; that it was imported here, by whom and with which troubles, is not.
    page("feed-changes/", changes.feed_changes, "feed_changes", SIGNED_IN),
    *(
        page(f"feed-changes.{suffix}", changes.feed_changes_file, f"feed_changes_{suffix}", FILES, suffix=suffix)
        for suffix in ("csv", "xlsx", "json")
    ),
    page("imports/", show_list, "import_runs", READERS, listing=IMPORT_RUNS),
    *exports(IMPORT_RUNS, "imports", READERS),
    page("imports/issues/", show_list, "import_issues", READERS, listing=ISSUE_ROWS),
    *exports(ISSUE_ROWS, "imports/issues", READERS),
    page("imports/review/", views.review_items, "review_items", READERS),
    *exports(REVIEW_ITEMS, "imports/review", READERS),
    page("imports/review/<public_id:public_id>/", views.review_item, "review_item", OF_REVIEW_ITEM),
    page("imports/found/", views_found_feeds.found_feeds, "found_feeds", READERS),
    *exports(FOUND_FEEDS, "imports/found", READERS),
    page("imports/found/limit/", views_found_feeds.feed_limit, "feed_limit", requires(Capability.APPLY_IMPORT)),
    page("imports/found/<public_id:public_id>/", views_found_feeds.found_feed, "found_feed", OF_FOUND_FEED),
    page("imports/found/<public_id:public_id>/plan/", views_found_feeds.plan, "found_feed_plan", OF_ITS_PLAN),
    page("imports/<public_id:public_id>/", views.import_run, "import_run", OF_IMPORT_RUN),
]
