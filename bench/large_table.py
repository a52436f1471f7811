# Writes a breakdown table of 10,000 rows, merged as offices merge, for the benchmark.
import sys
from openpyxl import Workbook

book = Workbook()
sheet = book.active
sheet.append(["示例旗2020年重点任务分解表"])
sheet.append(["序号", "主要任务", "具体内容", "责任单位", "完成时限", "备注"])
for row in range(10_000):
    first = row % 10 == 0
    sheet.append([
        row // 10 + 1 if first else None,
        f"第{row // 10 + 1}项主要任务" if first else None,
        f"落实第{row + 1}项具体工作，按要求公开有关信息，并做好解读回应。",
        ["旗财政局", "旗自然资源局、旗民政局", "各苏木镇、各有关部门"][row % 3],
        ["2020年9月4日之前", "2020年10月底前", "持续推进"][row % 3],
        None,
    ])
for task in range(1_000):
    for column in "AB":
        sheet.merge_cells(f"{column}{3 + task * 10}:{column}{12 + task * 10}")
book.save(sys.argv[1])
