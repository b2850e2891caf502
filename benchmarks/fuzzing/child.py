"""A process beside this one that reads deliveries, for readers that can end a process or hear no signal.

Every question and answer is one pickle on its standard input and output.
"""

import os
import pickle
import select
import subprocess
import sys
from pathlib import Path

from benchmarks.fuzzing.trial import MOST_SECONDS, Verdict, judged, limit_memory

# The reader of workbooks is compiled.
IN_CHILD = ("stv",)


class Child:
    """Reads deliveries of one register, written to `path`; begun when first asked, and anew after it has ended."""

    def __init__(self, register: str, path: Path) -> None:
        self.register = register
        self.path = path
        self.process: subprocess.Popen[bytes] | None = None

    def judged(self, content: bytes) -> Verdict:
        """Return the verdict on one delivery, which says so when reading it ended the process."""
        process = self.process or self._begun()
        assert process.stdin and process.stdout
        pickle.dump((self.register, content, self.path), process.stdin)
        process.stdin.flush()
        if not select.select([process.stdout], [], [], MOST_SECONDS + 1)[0]:
            self.end()
            return Verdict("took too long, and heard no signal", MOST_SECONDS)
        try:
            verdict: Verdict = pickle.load(process.stdout)
        except EOFError:
            process.wait()
            return Verdict(f"ended the process ({self.end()})")
        return verdict

    def end(self) -> int | None:
        """End the process, if there is one, and return its exit code."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.kill()
        process.communicate()
        return process.returncode

    def _begun(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "benchmarks.fuzzing.child"]
        # A compiled reader tells its whole stack when it ends.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.process.stdout
        pickle.load(self.process.stdout)
        return self.process


def main() -> None:
    """Read deliveries until nobody asks any more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    limit_memory()
    pickle.dump("ready", answers)
    answers.flush()
    while True:
        try:
            asked = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(judged(*asked), answers)
        answers.flush()


if __name__ == "__main__":
    main()
