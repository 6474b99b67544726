"""Writes findings and their summary: for people as text, for programs as JSON."""

from voxwire.report.json_report import JsonLinesReport, JsonReport
from voxwire.report.text_report import TextReport
from voxwire.report.writer import Report

__all__ = ["JsonLinesReport", "JsonReport", "Report", "TextReport"]
