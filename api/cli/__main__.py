"""``python -m api.cli``: the same as ``mianti``."""

import sys

from api.cli import main

sys.exit(main())
