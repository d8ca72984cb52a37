from servestatic.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names also where one module imports another, so that a page never mixes two versions.

    Django finds an import by the semicolon after it: Biome's format, which `make lint` asks for, puts one there.
    """

    support_js_module_import_aggregation = True
