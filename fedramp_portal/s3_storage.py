"""Files in a bucket, which answer as files in a folder do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


@contextmanager
def failing_as_a_folder() -> Iterator[None]:
    """What the library raises where a bucket does not answer, refuses or knows nothing of us, as a system's error."""
    try:
        yield
    except (BotoCoreError, ClientError) as problem:
        raise OSError(f"The bucket: {type(problem).__name__}") from problem


class Bucket(S3Storage):  # type: ignore[misc]  # the library publishes no types
    """Every file is kept under its hash, so writing the same name twice writes the same content."""

    def __init__(self, *, patience: dict[str, Any], **options: Any) -> None:
        # Not every provider has a host name for each bucket.
        form = {"s3": {"addressing_style": "path"}, "signature_version": "s3v4"}
        super().__init__(client_config=Config(**form, **patience), **options)

    @failing_as_a_folder()
    def exists(self, name: str) -> bool:
        """Whether there is such a file. Raises OSError where the bucket does not answer."""
        return bool(super().exists(name))

    @failing_as_a_folder()
    def size(self, name: str) -> int:
        """Of a file, in bytes. Raises OSError where the bucket does not answer."""
        return int(super().size(name))

    @failing_as_a_folder()
    def delete(self, name: str) -> None:
        """Deletes a file, there or not. Raises OSError where the bucket does not answer."""
        super().delete(name)

    @failing_as_a_folder()
    def _save(self, name: str, content: Any) -> str:
        return str(super()._save(name, content))

    @failing_as_a_folder()
    def _open(self, name: str, mode: str = "rb") -> Any:
        return super()._open(name, mode)

    def get_modified_time(self, name: str) -> datetime:
        """When the file was kept. Raises FileNotFoundError: it is not there."""
        try:
            found: datetime = super().get_modified_time(name)
        except ClientError as problem:
            if problem.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from problem
            raise
        return found
