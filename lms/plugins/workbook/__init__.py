"""The workbook: sheets to print and fill in by hand, a few of which may be kept here, sealed."""
