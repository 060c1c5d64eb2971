"""Files in a bucket, which answer as files in a folder do."""

from datetime import datetime
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):  # type: ignore[misc]  # the library publishes no types
    """Every file is kept under its hash, so writing the same name twice writes the same content."""

    def __init__(self, *, patience: dict[str, Any], **options: Any) -> None:
        # Not every provider has a host name for each bucket.
        form = {"s3": {"addressing_style": "path"}, "signature_version": "s3v4"}
        super().__init__(client_config=Config(**form, **patience), **options)

    def get_modified_time(self, name: str) -> datetime:
        """When the file was kept.

        Raises:
            FileNotFoundError: it is not there.
        """
        try:
            found: datetime = super().get_modified_time(name)
        except ClientError as problem:
            if problem.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from problem
            raise
        return found
