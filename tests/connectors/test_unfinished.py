"""Copies that a killed night left half-written."""

from __future__ import annotations

from connectors.unfinished import remove_unfinished


def test_a_half_written_copy_goes_and_whole_deliveries_stay(tmp_path):
    for name in ("ikps/tmp1.part", "mob/tmp2.part", "mob/" + "0" * 64):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert remove_unfinished(tmp_path) == 2
    assert [path.name for path in tmp_path.glob("*/*")] == ["0" * 64]
    assert remove_unfinished(tmp_path) == 0
