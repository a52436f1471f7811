# The peer: the usual Python library reading every cell of the same file, without understanding any of it.
import sys
from openpyxl import load_workbook

count = 0
for sheet in load_workbook(sys.argv[1], read_only=True):
    for row in sheet.iter_rows(values_only=True):
        count += sum(cell is not None for cell in row)
print(count)
