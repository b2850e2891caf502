"""How many rows a delivery may have, against those before it: a snapshot of far too few rows is cut off unseen.

Declared per register in `[bounds]`: min_row_share and max_row_share, of the median of the deliveries before it that
were taken; nothing is asked while that median is below `band_from_rows`. What is compared with what follows the kind
of delivery: IKPS with the snapshots before, a workbook of STV with the earlier versions of that year, a list of MOB
with the earlier lists of that centre, messages and mutations with the days before.
"""

from collections.abc import Collection, Sequence
from statistics import median

from connectors.deliveries import Delivery, DeliveryRefused
from connectors.register import Register
from connectors.tables import row_count

# So many deliveries before it say what is usual.
USUAL_FROM = 5
# Further back than this nothing is looked up; it only matters on the first night of a folder with years of snapshots.
LOOK_BACK = 10


class Bands:
    """The row counts of a register's deliveries, and whether each is within its band.

    `ordered`: its deliveries in force, in order of application. `let_through`: delivery_ids accepted by hand. `counts`:
    rows by delivery_id, of those that have been read.
    """

    def __init__(self, register: Register, ordered: Sequence[Delivery], let_through: Collection[str]) -> None:
        self.register = register
        self.ordered = ordered
        self.let_through = let_through
        self.counts: dict[str, int] = {}
        self._known: dict[str, int | None] = {d.delivery_id: d.rows for d in ordered if d.rows is not None}
        self._of_sort: dict[str, list[Delivery]] = {}
        self._place: dict[str, int] = {}
        for delivery in ordered:
            of_sort = self._of_sort.setdefault(self._sort(delivery), [])
            self._place[delivery.delivery_id] = len(of_sort)
            if not delivery.repeats:
                of_sort.append(delivery)

    def check(self, delivery: Delivery) -> None:
        """Raise DeliveryRefused when a delivery that was read has far fewer or more rows than is usual."""
        rows = self.counts[delivery.delivery_id] + (delivery.redacted_rows or 0)
        # A file with a header only is told apart: a warning at some registers, refused before this at others.
        if not rows or delivery.delivery_id in self.let_through:
            return
        taken: list[int] = []
        for earlier in self._before(delivery):
            count = self._rows_of(earlier)
            if count and (earlier.delivery_id in self.let_through or self._is_within(count, taken)):
                taken.append(count)
        if not self._is_within(rows, taken):
            raise DeliveryRefused("row_count_out_of_band", f"{rows} rows, usually {median(taken[-USUAL_FROM:]):g}")

    def _is_within(self, rows: int, taken: Sequence[int]) -> bool:
        bounds = self.register.bounds
        usual = median(taken[-USUAL_FROM:]) if taken else 0
        if "min_row_share" not in bounds or usual < bounds["band_from_rows"]:
            return True
        return bounds["min_row_share"] * usual <= rows <= bounds["max_row_share"] * usual

    def _before(self, delivery: Delivery) -> list[Delivery]:
        """The deliveries of the same sort before this one, oldest first."""
        of_sort = self._of_sort.get(self._sort(delivery), [])
        # One that repeats another has no place of its own: all of its sort come before it.
        at = len(of_sort) if delivery.repeats else self._place.get(delivery.delivery_id, len(of_sort))
        return of_sort[max(at - LOOK_BACK, 0) : at]

    def _sort(self, delivery: Delivery) -> str:
        if self.register.delivery == "snapshot_per_year":
            return delivery.file_name.casefold()
        match = self.register.file_pattern.fullmatch(delivery.file_name)
        return str(match.groupdict().get("centre") or "").casefold() if match else ""

    def _rows_of(self, delivery: Delivery) -> int | None:
        """Rows of an earlier delivery: as just read, as noted when it was read, else counted now where that is easy."""
        key = delivery.delivery_id
        if key in self.counts:
            return self.counts[key] + (delivery.redacted_rows or 0)
        if key not in self._known:
            counted = row_count(delivery, self.register) if self.register.delimiter else None
            self._known[key] = None if counted is None else counted + (delivery.redacted_rows or 0)
        return self._known[key]
