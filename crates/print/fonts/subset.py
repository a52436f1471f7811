"""Cuts the two embedded faces out of Debian's fonts-noto-cjk. How to run it: README.md in this folder."""

import sys
import unicodedata
from fontTools import subset
from fontTools.ttLib import TTCollection

SOURCES = "/usr/share/fonts/opentype/noto"
FACES = [
    ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", "Gongkai Serif", "gongkai-serif-regular.otf"),
    ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC Bold", "Gongkai Sans", "gongkai-sans-bold.otf"),
]
# Seen in government papers and in neither list below: hexagonal brackets, boxes and ticks, squared units, dashes.
EXTRA = "〔〕﹝﹞【】「」『』〖〗《》〈〉、。〃々〇〓　…—–‐‑‒―‘’“”•·●○◎◆◇□■△▲▽▼★☆√×÷±≤≥≠≈∶∵∴℃‰‱§№→←↑↓↔⇒✓✔✗☐☑☒㎡㎜㎝㎞㎏㏎㏄㎥¥€£©®™°′″½¼¾²³㈱㊣％①②③"
EXTRA_RANGES = [
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xFF),  # Latin-1
    (0x2150, 0x217B),  # fractions, Roman numerals
    (0x2460, 0x24FF),  # circled and parenthesised numbers
    (0x3220, 0x3229),  # parenthesised 一 to 十
    (0x3280, 0x3289),  # circled 一 to 十
    (0x3000, 0x303F),  # CJK punctuation
    (0xFF01, 0xFF5E),  # full-width ASCII
    (0xFFE0, 0xFFE6),  # full-width signs
]


def characters(standard_list):
    wanted = set(EXTRA)
    for first, last in EXTRA_RANGES:
        wanted.update(chr(code) for code in range(first, last + 1))
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                wanted.add(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                pass
    # Russian, Greek and kana come with GB 2312; a county's papers do without kana.
    wanted = {c for c in wanted if not "\u3040" <= c <= "\u30ff"}
    with open(standard_list, encoding="utf-8-sig") as lines:
        wanted.update(c for line in lines for c in line.strip())
    return {c for c in wanted if unicodedata.category(c) not in ("Cc", "Cn")}


def rename(font, family, style):
    """A changed font must not pass for the original: every name that a program may list is ours."""
    names = {1: family, 2: style, 3: f"{family} {style} subset", 4: f"{family} {style}",
             6: f"{family.replace(' ', '')}-{style}", 16: family, 17: style}
    table = font["name"]
    table.names = [record for record in table.names
                   if record.platformID == 3 and record.langID == 0x409 and record.nameID in (0, 5, 7, 13, 14)]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    top = cff.topDictIndex[0]
    cff.fontNames = [names[6]]
    top.FullName, top.FamilyName = names[4], family


def main():
    wanted = characters(sys.argv[1])
    for file, full_name, family, target in FACES:
        collection = TTCollection(f"{SOURCES}/{file}")
        font = next(face for face in collection.fonts if face["name"].getDebugName(4) == full_name)
        font.recalcTimestamp = False
        options = subset.Options()
        options.hinting = False
        options.desubroutinize = False
        options.layout_features = []
        options.drop_tables += ["BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"]
        options.name_IDs = ["*"]
        options.notdef_outline = True
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[ord(c) for c in wanted])
        subsetter.subset(font)
        rename(font, family, "Bold" if "Bold" in file else "Regular")
        font.save(target)
        held = font.getBestCmap()
        absent = sorted(c for c in wanted if ord(c) not in held)
        print(target, len(held), "characters; not in the source:", "".join(absent))


main()
