"""Write the next migration from what ``engine/tables.py`` says and the migrations do not: read it before keeping it.

python tools/migration.py 0002 "a task remembers who was asked"
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine import migrations, tables


def render(kind: str, value: object, _context: object) -> str | bool:
    """Name Liuhen's own column type as a migration has to: without importing the engine, which moves on."""
    return "INSTANT" if kind == "type" and isinstance(value, tables.Instant) else False


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    _, number, message = sys.argv
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/empty.db")
        config = migrations.configuration()
        config.attributes["render_item"] = render
        if any((migrations.FOLDER / "versions").glob("[0-9]*.py")):
            migrations.upgrade(engine)
        with engine.begin() as db:
            config.attributes["connection"] = db
            command.revision(config, message=message, autogenerate=True, rev_id=number)
        engine.dispose()
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(migrations.FOLDER / "versions")], check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
