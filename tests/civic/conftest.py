"""The pasted conference belongs to the office and stands beside the repository, not in it."""

import pytest

from civic import figures
from civic.figures import Figure, Kind
from civic.units import Unit
from tests.releases.transcripts.given import FILE

# test_numerals.py holds its wordings one by one; here they are counted in the whole text.
collect_ignore = [] if FILE.is_file() else ["test_numerals_given.py"]


@pytest.fixture
def counted():
    """Two figures of these tests: units by tier, and one whose query fails when told to."""
    broken = []

    def rows(params):
        if broken:
            raise RuntimeError("示例故障")
        found = Unit.objects.filter(code__startswith="F")
        return found.filter(tier=params.group) if params.group else found

    def others(params):
        return Unit.objects.filter(code__startswith="G")

    for name, made in (("test_units", rows), ("test_others", others)):
        figure = Figure(
            name=name, label="单位数", definition="示例", unit="个", kind=Kind.COUNT, rows=made
        )
        figures.register(figure)
    yield broken
    for name in ("test_units", "test_others"):
        figures.REGISTRY.pop(name, None)
