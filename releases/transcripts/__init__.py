"""Import of a transcript: bytes → blocks → chrome → head → people → dialogue → sections → draft."""

from releases.transcripts.recognition import from_file, from_text
from releases.transcripts.transcript import Transcript

__all__ = ["Transcript", "from_file", "from_text"]
