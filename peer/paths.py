"""Where the declarations are: beside the code in a checkout, inside it in a wheel."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_INSTALLED = _HERE / "_data"
_ROOT = _INSTALLED if _INSTALLED.is_dir() else _HERE.parent

TYPES = _ROOT / "types"
SEEDS = _ROOT / "seeds"
