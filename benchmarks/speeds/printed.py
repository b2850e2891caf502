"""What `benchmarks.speed` kept, as the table and the bars of RESULTS.md: `python -m benchmarks.speeds.printed`."""

from __future__ import annotations

import pandas as pd

from benchmarks.speed import KEPT

NAMES = {
    "local": "Weerzien", "spark": "Weerzien, Spark local[2]", "splink": "Splink 5",
    "splink, EM on counts": "Splink 5, EM on counts", "recordlinkage": "recordlinkage",
}  # fmt: skip
MILLION = 1_000_000


def main() -> None:
    """Print both."""
    kept = pd.read_csv(KEPT, sep="\t")
    print("| case | linker | records | candidate pairs | wall s | CPU s | peak MB | pairs per second | F1 |")
    print("|---|---|---|---|---|---|---|---|---|")
    order = {name: at for at, name in enumerate(NAMES)}
    kept = kept.sort_values(["case", "records", "linker"], key=lambda c: c.map(order) if c.name == "linker" else c)
    for row in kept.to_dict("records"):
        speed = f"{row['pairs'] / row['wall']:,.0f}" if row["pairs"] == row["pairs"] else ""
        cells = [row["case"], NAMES[row["linker"]], f"{row['records']:,}", _told(row["pairs"], ",.0f"),
                 _told(row["wall"], ",.2f"), _told(row["cpu"], ",.2f"), _told(row["peak_mb"], ",.0f"), speed,
                 _told(row["f1"], ".4f")]  # fmt: skip
        print("| " + " | ".join(cells) + " |")
    print("\n| bar | asked | found |\n|---|---|---|")
    for what, asked, found in _bars(kept):
        print(f"| {what} | {asked} | {found} |")


def _told(value: float, how: str) -> str:
    return format(value, how) if value == value else ""


def _bars(kept: pd.DataFrame) -> list[tuple[str, str, str]]:
    def of(linker: str, case: str, records: int, column: str = "wall") -> float:
        rows = kept[(kept["linker"] == linker) & (kept["case"] == case) & (kept["records"] == records)]
        return float(rows[column].iloc[0]) if len(rows) else float("nan")

    def per_pair(records: int) -> float:
        return of("local", "whole", records) / of("local", "whole", records, "pairs")

    here = of("local", "whole", MILLION)
    ten = 10 * MILLION
    added = "added, in process"
    return [
        ("a million: time beside Splink 5", "≤ 0.333", f"{here / of('splink', 'whole', MILLION):.3f}"),
        ("… beside Splink 5 with EM on counts", "", f"{here / of('splink, EM on counts', 'whole', MILLION):.3f}"),
        ("a million: peak memory beside Splink 5", "≤ 0.667",
         f"{of('local', 'whole', MILLION, 'peak_mb') / of('splink', 'whole', MILLION, 'peak_mb'):.3f}"),
        ("a million: F1, and Splink's", "not below",
         f"{of('local', 'whole', MILLION, 'f1'):.4f}, {of('splink', 'whole', MILLION, 'f1'):.4f}"),
        ("a million: time beside recordlinkage", "≤ 0.1", f"{here / of('recordlinkage', 'whole', MILLION):.3f}"),
        ("ten million: peak GB", "≤ 12", f"{of('local', 'whole', ten, 'peak_mb') / 1000:.1f}"),
        ("ten million: time per pair beside a million", "≤ 1.5", f"{per_pair(ten) / per_pair(MILLION):.2f}"),
        ("10,000 added to a million, of the whole run", "≤ 0.05", f"{of('local', added, MILLION) / here:.3f}"),
        ("… as a command, with the start of Python", "", f"{of('local', 'added, command', MILLION) / here:.3f}"),
        ("10,000 added to ten million, beside a million", "≤ 1.5",
         f"{of('local', added, ten) / of('local', added, MILLION):.2f}"),
        ("… as a command", "",
         f"{of('local', 'added, command', ten) / of('local', 'added, command', MILLION):.2f}"),
        ("5 % MOHAMED, 1 January: time beside none", "≤ 2", f"{of('local', 'skewed', MILLION) / here:.2f}"),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
