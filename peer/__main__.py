"""``python -m peer``: the same command line as the installed ``sx``."""

from peer.cli import main

main(prog_name="sx")
