"""Files on their way in: to disk as they come, never more of one than an attachment may have."""

from __future__ import annotations

import errno
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class CappedUploads(FileUploadHandler):
    """Each file in a temporary file of its own, which is gone when the request ends.

    What is beyond `max_bytes` of a file is read and thrown away, so that the sender gets an answer instead
    of a broken connection; `too_large` holds the names of such files. Beyond `max_files` files nothing more
    is kept (`too_many`); where the disk is full, neither (`is_full`).
    """

    def __init__(self, *, max_bytes: int, max_files: int) -> None:
        super().__init__()
        self.max_bytes, self.max_files = max_bytes, max_files
        self.too_large: list[str] = []
        self.too_many = self.is_full = False
        self.begun = 0
        self.part: TemporaryUploadedFile | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.begun += 1
        self.too_many = self.begun > self.max_files
        if self.too_many:
            raise StopUpload(connection_reset=False)  # Django reads the rest without keeping it
        try:
            # Its name stays out of the disk: people write patients' names into names of files.
            self.part = TemporaryUploadedFile("file", self.content_type or "", 0, self.charset)
        except OSError as error:
            self._full(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.part is None:
            return
        if start + len(raw_data) > self.max_bytes:
            self.too_large.append(self.file_name or "")
            self._drop()
            return
        try:
            self.part.write(raw_data)
        except OSError as error:
            self._full(error)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        complete, self.part = self.part, None
        if complete is None:
            return None
        try:
            complete.seek(0)  # writes what is still on its way
        except OSError as error:
            self._full(error)
        complete.name, complete.size = self.file_name, file_size
        return complete

    def upload_interrupted(self) -> None:
        self._drop()

    def _drop(self) -> None:
        if self.part is not None:
            self.part.close()
        self.part = None

    def _full(self, error: OSError) -> None:
        self._drop()
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise error
        self.is_full = True
        raise StopUpload(connection_reset=False) from error
