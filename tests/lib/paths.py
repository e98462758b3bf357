"""Paths in the source tree."""

from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
