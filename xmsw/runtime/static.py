"""Which files of the npm packages are served, and how static files are stored for production.

Nothing of the packages is copied into the project: the finder reads node_modules, and `manage.py prepare` collects.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# URL prefix under /static/ → (folder in node_modules, the files served from it)
VENDOR_FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "vendor/tabler": ("@tabler/core/dist", ("css/tabler.min.css", "css/tabler-vendors.min.css", "js/tabler.min.js")),
    "vendor/icons": ("@tabler/icons-webfont/dist", ("tabler-icons.min.css", "fonts/tabler-icons.*")),
    "vendor/htmx": ("htmx.org/dist", ("htmx.min.js", "ext/*.min.js")),
    "vendor/echarts": ("echarts/dist", ("echarts.min.js",)),
    "vendor/swagger-ui": ("swagger-ui-dist", ("swagger-ui.css", "swagger-ui-bundle.js")),
}


class VendorFinder(BaseFinder):
    """Finds the files of VENDOR_FILES under their prefix."""

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> str | list[str]:
        """The file behind `path` (relative to /static/), or an empty list."""
        for prefix, folder, names in _present():
            inner = path.removeprefix(prefix + "/")
            if inner != path and inner in names:
                found = str(folder / inner)
                return [found] if find_all else found
        return []

    def list(self, ignore_patterns: list[str] | None) -> Iterator[tuple[str, Storage]]:
        """Every file with its storage, as collectstatic wants it."""
        for prefix, folder, names in _present():
            storage = FileSystemStorage(location=folder)
            storage.prefix = prefix
            yield from ((name, storage) for name in names)


def _present() -> Iterator[tuple[str, Path, list[str]]]:
    for prefix, (package, patterns) in VENDOR_FILES.items():
        folder = Path(settings.NODE_MODULES) / package
        files = sorted({file.relative_to(folder).as_posix() for pattern in patterns for file in folder.glob(pattern)})
        yield prefix, folder, files


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names and gzip beside each file. Source maps are not shipped, so references to them stay untouched."""

    patterns = tuple(
        (files, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for files, rules in CompressedManifestStaticFilesStorage.patterns
        if files == "*.css"
    )
