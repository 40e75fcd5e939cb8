"""Run alone in a confined process by deciding.py: `child.py FOLDER SECONDS` decides the files in a folder."""

from __future__ import annotations

import sys
from pathlib import Path


def main(folder: Path, seconds: int) -> None:
    """Decide, within so much time of the processor even if whoever started this is gone."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # The interpreter runs isolated and knows no folder of ours; only now can ours be imported.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from microtasks.crowds import deciding

    deciding.decide_here(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
