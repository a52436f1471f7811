"""The peer: reads every cell and every merged range of an .xlsx with openpyxl: `read_table.py FILE`."""

import sys

from openpyxl import load_workbook

sheet = load_workbook(sys.argv[1], data_only=True).active
cells = sum(1 for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
print(cells, len(sheet.merged_cells.ranges))
