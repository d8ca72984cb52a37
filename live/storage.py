from servestatic.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names also where one module imports another, so that a page never mixes two versions."""

    support_js_module_import_aggregation = True
