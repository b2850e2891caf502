"""How long it takes to read and check many rows of one register, and how much memory.

`python -m benchmarks.register_rows`, about three minutes.

A synthetic IKPS snapshot, with as many different names, dates, numbers and plates as a real one would have, goes
through the stages read and check as in a night: reading into parts, Great Expectations, folding, checking the records.
Each stage is a process of its own, as in Airflow. Memory is that of the stage and its helpers together, at its
highest. Prints one line per size.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import psutil

NIGHT = date(2005, 6, 30)
HEAD = (
    "registratienummer;korps;datum_registratie;datum_aantreffen;achternaam;tussenvoegsel;voornamen;werknaam;"
    "andere_identiteit_van;geboortedatum;geslacht;nationaliteit;geboorteland;verblijfsstatus;locatie;soort_locatie;"
    "contacten;signalen;zwaarte;kentekens;telefoonnummers;aangifte;documenten;vorm_uitbuiting"
)
SYLLABLES = ["ba", "den", "do", "fa", "gu", "han", "ie", "ka", "lo", "ma", "ni", "ol", "pe", "ra", "si", "ta", "ur"]
COUNTRIES = ["Nederlandse", "Roemeense", "Bulgaarse", "Nigeriaanse", "China", "Marokkaanse", "onbekend", "Poolse"]
PLACES = ["Utrecht", "Den Haag", "Rotterdam, Keileweg 12", "Amsterdam", "Groningen", "", "Heerlen", "onbekend"]
# Looked at so often while a stage runs.
SECONDS_BETWEEN_LOOKS = 0.2


def write_snapshot(path: Path, rows: int, seed: int) -> None:
    chance = random.Random(seed)
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write(f"{HEAD}\r\n")
        file.writelines(f"{_row(chance, number)}\r\n" for number in range(rows))


def _row(chance: random.Random, number: int) -> str:
    registered = NIGHT - timedelta(chance.randrange(700))
    born = date(1980, 1, 1) + timedelta(chance.randrange(5000))
    first, second = chance.randrange(2, 9), chance.randrange(8, 12)
    name = lambda: "".join(chance.choices(SYLLABLES, k=3)).title()  # noqa: E731
    cells = [
        f"IK-04-{number:07d}",
        chance.choice(["Utrecht", "Haaglanden", "Zeeland", "Twente"]),
        f"{registered:%d-%m-%Y}",
        f"{registered - timedelta(chance.randrange(60)):%d-%m-%Y}",
        name(),
        chance.choice(["", "", "van", "de"]),
        f"{name()} {name()}",
        chance.choice(["", "Angel|Lola", name()]),
        "",
        f"{born:%d-%m-%Y}" if chance.random() > 0.05 else "",
        chance.choice("VVVM"),
        chance.choice(COUNTRIES),
        chance.choice(COUNTRIES),
        chance.choice(["onbekend", "ama", "B9", "EU", "zonder status"]),
        chance.choice(PLACES),
        chance.choice(["tippelzone", "club", "escort", "straat"]),
        chance.choice(["", "pooier:Tom|klant:onbekend", f"pooier:{name()}"]),
        f"geen_eigen_geld={first}|tatoeage={second}",
        str(first + second),
        chance.choice(["", f"{chance.randrange(10, 99)}-{chance.choice('BDFG')}{chance.choice('BDFG')}-RT"]),
        chance.choice(["", f"06-{chance.randrange(10**7, 10**8)}"]),
        chance.choice(["J", "N", ""]),
        "",
        chance.choice(["", "prostitutie"]),
    ]
    return ";".join(cells)


def stage_read(folder: Path) -> dict[str, int]:
    from connectors.deliveries import Delivery
    from connectors.reading import read_into
    from connectors.register import load_register

    path = folder / "ikps.csv"
    (folder / "rows").mkdir()
    delivery = Delivery(
        "ikps-1", "ikps", f"ikps_{NIGHT:%Y%m%d}.csv", "", path.stat().st_size, NIGHT, NIGHT, 1, "", path
    )
    return {"delivered": read_into(folder / "rows", load_register("ikps"), [delivery]).delivered}


def stage_check(folder: Path) -> dict[str, int]:
    from connectors.register import load_register
    from expectations.register_check import check_parts

    (folder / "records").mkdir()
    checked = check_parts(load_register("ikps"), folder / "rows", folder / "records", NIGHT, are_of_one_delivery=True)
    return {**checked.account, "findings": len(checked.findings)}


STAGES = {"read": stage_read, "check": stage_check}


def measured(stage: str, folder: Path) -> tuple[float, float, float, dict[str, int]]:
    """Seconds, seconds of processor, gigabytes at the highest and counts of one stage in a process of its own."""
    began, highest, before = time.perf_counter(), 0, os.times()
    command = [sys.executable, "-m", "benchmarks.register_rows", "--stage", stage, "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            highest = max(highest, _memory(watched))
            time.sleep(SECONDS_BETWEEN_LOOKS)
        told = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"stage {stage} failed")
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, processor, highest / 1e9, json.loads(told)


def _memory(process: psutil.Process) -> int:
    """Memory of a process and its children; pages that they share count once (proportional set size)."""
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_full_info().pss
    except psutil.Error:
        pass
    return total


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.register_rows", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 300_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stage", choices=sorted(STAGES), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.stage:
        print(json.dumps(STAGES[given.stage](given.folder)))
        return
    print("rows | read s | check s | together s | s per 100,000 | processor s | memory GB | findings")
    for rows in given.rows:
        with tempfile.TemporaryDirectory() as folder:
            write_snapshot(Path(folder) / "ikps.csv", rows, given.seed)
            read_s, read_cpu, read_gb, read = measured("read", Path(folder))
            check_s, check_cpu, check_gb, check = measured("check", Path(folder))
        if not rows == read["delivered"] == check["accepted"] + check["set_aside"]:
            raise SystemExit("delivered is not accepted + set aside")
        together = read_s + check_s
        line = [f"{rows:,}", f"{read_s:.1f}", f"{check_s:.1f}", f"{together:.1f}", f"{together / rows * 1e5:.1f}"]
        line.append(f"{read_cpu + check_cpu:.1f}")
        print(" | ".join([*line, f"{max(read_gb, check_gb):.2f}", f"{check['findings']:,}"]), flush=True)


if __name__ == "__main__":
    main()
