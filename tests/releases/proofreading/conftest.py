"""The pasted conference belongs to the office and stands beside the repository, not in it."""

from tests.releases.transcripts.given import FILE

collect_ignore = [] if FILE.is_file() else ["test_given_text.py"]
