"""``python -m api`` is the ``liuhen`` command."""

from api.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
