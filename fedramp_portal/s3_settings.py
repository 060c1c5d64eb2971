"""Reads `PORTAL_FILES_S3`: a bucket, at any provider that speaks S3, for files that several machines share."""

import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FORM = (
    "PORTAL_FILES_S3 must be https://host/bucket?region=name, with key:secret@ before the host where there is no role"
)
# A bucket that falls silent holds nobody up for longer; what is slow is tried once more.
PATIENCE = {"connect_timeout": 3, "read_timeout": 20, "retries": {"max_attempts": 2}}


def read(text: str, *, https: bool) -> dict[str, Any]:
    """The bucket, or the folder `files` when there is none. Raises ImproperlyConfigured in one sentence."""
    if not text:
        return {"BACKEND": "fedramp_portal.folder_storage.Folder"}
    parts = urlsplit(text)
    bucket, options = parts.path.strip("/"), dict(parse_qsl(parts.query))
    if parts.scheme not in {"http", "https"} or not parts.hostname or options.keys() - {"region"}:
        raise ImproperlyConfigured(f"{FORM}.")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
        raise ImproperlyConfigured(f"{FORM}; after the host stands the bucket's name alone.")
    if https and parts.scheme != "https":
        raise ImproperlyConfigured("PORTAL_FILES_S3 must begin with https:// in production.")
    return {
        "BACKEND": "fedramp_portal.s3_storage.Bucket",
        "OPTIONS": {
            "endpoint_url": f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            "bucket_name": bucket,
            "region_name": options.get("region"),
            # Without them, the role that the machine or container has.
            "access_key": unquote(parts.username or "") or None,
            "secret_key": unquote(parts.password or "") or None,
            "patience": PATIENCE,
        },
    }
