"""Tests of the transcript import."""
