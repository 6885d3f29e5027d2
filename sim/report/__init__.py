"""Figures, labels in Chinese and English, and the pages: everything drawn from a study's tables and scenes."""

from sim.report.config import ReportConfig
from sim.report.inspection import as_text, inspect, write_inspection
from sim.report.page import draw_report
from sim.report.text import summary
from sim.report.words import Words

__all__ = ["ReportConfig", "Words", "as_text", "draw_report", "inspect", "summary", "write_inspection"]
