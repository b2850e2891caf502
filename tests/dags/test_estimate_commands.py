import json

import pytest
from click.testing import CliRunner

from connectors.installation import OneLineError
from dags.estimate_commands import estimate

KOREA = "b,c,d,count\n0,0,1,41\n0,1,0,5\n1,0,0,5\n1,1,0,54\n1,0,1,6\n0,1,1,0\n1,1,1,12\n"
TWO_LISTS = "A,B,count\n1,0,40\n0,1,30\n1,1,6\n"


@pytest.fixture
def file(tmp_path):
    def written(content):
        path = tmp_path / "counts.csv"
        path.write_text(content, encoding="utf-8")
        return str(path)

    return written


def ran(*arguments):
    return CliRunner().invoke(estimate, arguments, catch_exceptions=True)


def test_published_counts_give_the_published_estimates_with_their_spread(file):
    result = ran("--counts", file(KOREA), "--bootstrap", "50", "--language", "en")
    assert result.exit_code == 0, result.output
    for said in ("157.17", "141.99", "-0.008783628", "57.14081", "268.78", "[12,23]", "Spread over all methods"):
        assert said in result.stdout
    assert "not a suitable method" in result.stdout


def test_what_is_read_is_dutch_unless_asked(file):
    shown = ran("--counts", file(KOREA), "--bootstrap", "50").stdout
    assert "157,17" in shown
    assert "Spreiding over alle methoden" in shown
    assert "Estimate" not in shown


def test_as_json_everything_is_there_unrounded(file):
    result = ran("--counts", file(KOREA), "--bootstrap", "50", "--json", "-")
    said = json.loads(result.stdout)
    methods = {method["method"]: method for method in said["methods"]}
    assert methods[said["first_method"]]["estimate"] == pytest.approx(157.16667, abs=1e-4)
    assert methods["main effects"]["acceleration"] == pytest.approx(-0.001934882, rel=1e-6)
    assert {model["model"]: model["code"] for model in said["models"]}["[12,13]"] == 1
    assert said["codes"] == {"0": 6, "1": 2}
    assert said["is_refused"] is True
    assert all(why["nl"] and why["en"] for why in said["refusals"] + said["caveats"])


def test_the_same_seed_gives_the_same_bytes(file):
    counts = file(KOREA)
    one, other, another = (
        ran("--counts", counts, "--bootstrap", "50", "--seed", seed, "--json", "-").stdout for seed in "112"
    )
    assert one == other
    assert one != another


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (TWO_LISTS, [], "no estimate from 2 lists: at least 3"),
        (KOREA, ["--year", "2004"], "--counts takes published counts: leave out"),
        (KOREA.replace("54", "x"), [], "line 5, column count: a whole number"),
    ],
)
def test_what_cannot_be_reckoned_is_told_in_one_line(file, content, options, said):
    result = ran("--counts", file(content), *options)
    assert isinstance(result.exception, OneLineError)
    assert said in str(result.exception)
    assert "\n" not in str(result.exception)
