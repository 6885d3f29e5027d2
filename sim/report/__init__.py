"""Figures, words in Chinese and English, and the pages: everything drawn from a study's tables and scenes."""

from sim.report.config import ReportConfig
from sim.report.inspection import inspect, inspection_text, write_inspection
from sim.report.page import draw_report
from sim.report.summary import summary
from sim.report.words import Words

__all__ = ["ReportConfig", "Words", "draw_report", "inspect", "inspection_text", "summary", "write_inspection"]
