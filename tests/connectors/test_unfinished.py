"""Copies that a killed night left half-written."""

from __future__ import annotations

from connectors.unfinished import remove_unfinished


def test_a_half_written_file_goes_and_whole_ones_stay(tmp_path):
    whole = ["landing/mob/" + "0" * 64, "read/stv.rows"]
    for name in ("landing/ikps/tmp1.part", "landing/mob/tmp2.part", "read/stv.x.part", *whole):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert remove_unfinished(tmp_path / "landing") == 3
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == whole
    assert remove_unfinished(tmp_path / "landing") == 0
