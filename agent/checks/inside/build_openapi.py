"""Do the mappers fit together, and what does the app say it serves? Writes it to argv[1]."""

import importlib
import json
import sys
from pathlib import Path

from sqlalchemy.orm import configure_mappers


def main() -> None:
    """Configure all mappers, then write the OpenAPI document as JSON."""
    app = importlib.import_module("app.main").app
    configure_mappers()
    Path(sys.argv[1]).write_text(json.dumps(app.openapi()), encoding="utf-8")


if __name__ == "__main__":
    main()
