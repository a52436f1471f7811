"""Writes a breakdown table of so many rows as .xlsx: `make_table.py FILE ROWS`. Ten rows a task, merged as offices do;
the first row of each names groups of units."""

import sys

from openpyxl import Workbook

UNITS = ["旗自然资源局", "旗民政局", "旗农牧局", "旗财政局", "旗教育体育局", "旗卫生健康委员会、旗民政局"]
DUES = ["2026年12月10日之前", "2026年11月底前", "2027年3月底前", "2026年12月1日至2027年1月31日", "持续推进"]
HEADER = ["序号", "主要任务", "具体内容", "责任单位", "完成时限", "备注"]


def main(path: str, rows: int) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["政务公开重点任务分解表"])
    sheet.merge_cells("A1:F1")
    sheet.append(HEADER)
    for row in range(rows):
        task = row // 10
        first = row % 10 == 0
        sheet.append(
            [
                task + 1 if first else None,
                f"推进第{task + 1}项重点领域政府信息公开工作。" if first else None,
                f"编制并公开第{row + 1}项事项清单，明确公开内容、公开依据、公开时限、公开主体、公开渠道和载体。",
                "各苏木镇、各有关部门" if first else UNITS[row % len(UNITS)],
                DUES[row % len(DUES)],
                None,
            ]
        )
    for task in range((rows + 9) // 10):
        first, last = 3 + task * 10, min(12 + task * 10, rows + 2)
        if last > first:
            sheet.merge_cells(start_row=first, end_row=last, start_column=1, end_column=1)
            sheet.merge_cells(start_row=first, end_row=last, start_column=2, end_column=2)
    book.save(path)


main(sys.argv[1], int(sys.argv[2]))
