"""``python -m api.cli``: the same as ``mianti``."""

from api.cli import main

main()
