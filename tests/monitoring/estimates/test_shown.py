import io

import pytest
from rich.console import Console

from monitoring.estimates.outcome import Asked, of_counts
from monitoring.estimates.shown import LEAST_WIDTH, WORDS, Shown, described, in_words


def test_what_was_counted_is_said_in_words_and_not_in_codes():
    said = described("2005-06-30", 2004, False, ("sex", "female"))
    assert said["nl"] == (
        "nacht 2005-06-30, minderjarige slachtoffers, daadwerkelijk en mogelijk, geregistreerd in 2004, geslacht: vrouw"
    )
    assert said["en"].endswith("registered in 2004, sex: female")
    assert described("2005-06-30", None, True, ("age_band", "unknown"))["nl"].endswith("leeftijdsgroep: onbekend")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_estimate_is_shown_without_its_spread_and_its_critics(language, published):
    outcome = of_counts(published("korea"), in_words("source_counts", file="korea.csv"), Asked(times=50))
    lines = [part for part in Shown(language).parts(outcome) if isinstance(part, str)]
    spread = WORDS["texts"]["spread"][language].split(":")[0]
    assert any(line.startswith(spread) for line in lines)
    assert "Whitehead" in lines[-1]
    assert WORDS["texts"]["verdict_refused"][language] in lines


@pytest.mark.parametrize("language", ["nl", "en"])
def test_with_eight_lists_every_method_has_its_name_and_no_number_is_cut(language, published):
    outcome = of_counts(published("new_orleans"), in_words("source_counts", file="new_orleans.csv"), Asked(times=20))
    screen = Console(file=io.StringIO(), width=LEAST_WIDTH)
    for part in Shown(language).parts(outcome):
        screen.print(part, markup=False, highlight=False, soft_wrap=isinstance(part, str))
    shown = screen.file.getvalue()
    assert "…" not in shown
    for result in outcome.estimate.results:
        assert Shown(language).number(result.bic, 5) in shown
        assert " – ".join(map(Shown(language).number, result.interval.ends)) in shown
    for method in ("stepwise", "main effects", "all pairs"):
        assert all(word in shown for word in WORDS["methods"][method][language].split())


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [(157.1667, "157,17", "157.17"), (14341.66, "14.342", "14,342"), (float("inf"), "∞", "∞"), (None, "–", "–")],
)
def test_numbers_are_written_as_the_reader_writes_them(value, dutch, english):
    assert Shown("nl").number(value) == dutch
    assert Shown("en").number(value) == english


def test_every_text_is_there_in_both_languages():
    for part in WORDS.values():
        for name, words in part.items():
            assert set(words) == {"nl", "en"}, name
