"""Deliveries led by what they reach in the readers: an input that runs new lines is kept and changed further.

`python -m benchmarks.fuzzing.guided telex -- -runs=100000`; what follows the two hyphens is for libFuzzer (`-help=1`).
Needs atheris, which is no dependency of the project. Stops at the first delivery that goes wrong and keeps it.
"""

import argparse
import logging
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.fuzzing.mutations import rows_with_odd_values, tokens_of
from benchmarks.fuzzing.seeds import SEEDS, written

GUIDED = ("telex", "youth_care", "ikps", "mob")
INSTALL = "install atheris: pip install atheris (3.0.0 has wheels for Python 3.11 to 3.13), best not into .venv"
# Longer than the seeds, and short enough for thousands of deliveries a minute.
OPTIONS = ("-timeout=5", "-rss_limit_mb=3000", "-max_len=8000", "-print_final_stats=1", "-use_value_profile=1")
EXAMPLES = 30


def write_corpus(register: str, folder: Path) -> None:
    """Write the deliveries that the run begins with: the valid one, and some with odd values."""
    chance = random.Random(register)
    rows = [list(SEEDS[register].rows), *(rows_with_odd_values(chance, register) for _ in range(EXAMPLES))]
    for number, of_file in enumerate(rows):
        (folder / f"{number:03d}").write_bytes(written(register, of_file))


def write_dictionary(register: str, path: Path) -> None:
    """Write the tokens of a register's format as libFuzzer reads them."""
    tokens = sorted({token for token in tokens_of(register) if 0 < len(token) <= 60})
    lines = ['"' + "".join(f"\\x{byte:02x}" for byte in token) + '"' for token in tokens]
    path.write_text("\n".join([*lines, ""]), encoding="ascii")


def main() -> None:
    """Let libFuzzer choose the deliveries of one register."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("register", choices=GUIDED)
    arguments.add_argument("options", nargs="*", help="for libFuzzer")
    asked = arguments.parse_args()
    try:
        import atheris  # type: ignore[import-untyped]
    except ImportError:
        sys.exit(INSTALL)
    with atheris.instrument_imports(include=["connectors"]):
        from benchmarks.fuzzing.trial import fault_of, read_bytes
    logging.getLogger("connectors.reading").setLevel(logging.ERROR)
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as name:
        folder = Path(name)
        corpus, path = folder / "corpus", folder / "delivery"
        corpus.mkdir()
        write_corpus(asked.register, corpus)
        write_dictionary(asked.register, folder / "dictionary")

        def take(content: bytes) -> None:
            if fault := fault_of(read_bytes(asked.register, content, path)):
                raise AssertionError(fault)

        atheris.Setup([sys.argv[0], *OPTIONS, f"-dict={folder / 'dictionary'}", *asked.options, str(corpus)], take)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
