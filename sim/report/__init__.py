"""Figures, labels in Chinese and English, and the page: everything drawn from a study's tables and its world."""

from sim.report.config import ReportConfig
from sim.report.page import draw_report
from sim.report.text import summary

__all__ = ["ReportConfig", "draw_report", "summary"]
