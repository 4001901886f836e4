"""The pasted conference belongs to the office and stands beside the repository, not in it."""

from tests.releases.transcripts.given import FILE

# A clone without it holds the same layout with invented words: PORTAL in layouts.py.
collect_ignore = [] if FILE.is_file() else ["test_given_conference.py"]
