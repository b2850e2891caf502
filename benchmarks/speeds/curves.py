"""Growth curves of what `benchmarks.speed` kept; run by a Python with pandas and matplotlib: `curves.py TSV PNG`."""

import sys

import matplotlib
import pandas as pd

matplotlib.use("Agg")
import matplotlib.pyplot as plt

NAMES = {
    "local": "Weerzien",
    "spark": "Weerzien, Spark local[2]",
    "splink": "Splink 5",
    "splink, EM on counts": "Splink 5, EM on counts",
    "recordlinkage": "recordlinkage",
}


def main(kept: str, picture: str) -> None:
    whole = pd.read_csv(kept, sep="\t")
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.2))
    for axis, column, title in ((axes[0], "wall", "seconds"), (axes[1], "peak_mb", "peak memory, MB")):
        for linker, name in NAMES.items():
            of = whole[(whole["linker"] == linker) & (whole["case"] == "whole")].sort_values("records")
            if len(of):
                axis.plot(of["records"], of[column], marker="o", label=name)
        added = whole[(whole["case"] == "added, command") & (column == "wall")].sort_values("records")
        if len(added):
            axis.plot(added["records"], added[column], marker="o", label="Weerzien, 10,000 added to a held table")
        axis.set(xscale="log", yscale="log", xlabel="records", title=title)
        axis.grid(True, which="major", alpha=0.3)
    axes[0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    main(*sys.argv[1:])
