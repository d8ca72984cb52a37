from servestatic.storage import CompressedManifestStaticFilesStorage

_files, _patterns = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names also where one module imports another, so that a page never mixes two versions.

    Django's patterns want a semicolon after each import; our modules have none.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        _files,
        [(pattern.replace(r"\s*;)", ")"), template) for pattern, template in _patterns],
    )
