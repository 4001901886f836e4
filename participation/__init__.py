"""Messages, snap reports and questionnaires."""
