import tomllib
from pathlib import Path

_project = Path(__file__).resolve().parent.parent / "pyproject.toml"
__version__: str = tomllib.loads(_project.read_text())["project"]["version"]
