"""This morning: the numbers of the night against those of the night before."""

from __future__ import annotations

from sqlalchemy import text


def test_the_page_tells_what_the_last_night_brought_against_the_night_before(signed_in, published):
    page = signed_in("reader").get("/vanochtend/").content.decode()
    with published.engine.connect() as connection:
        nights = connection.execute(text("SELECT night FROM monitoring.night ORDER BY night")).scalars().all()
        new = connection.execute(
            text("SELECT CAST(counts->>'records_new' AS int) FROM monitoring.night WHERE is_published")
        ).scalar_one()
    assert len(nights) == 2
    assert all(night.isoformat() in page for night in nights)
    assert f'<p class="big">{new}</p>' in page
