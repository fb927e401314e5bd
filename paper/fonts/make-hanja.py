"""make-hanja.py NANUMGOTHIC PRETENDARD OUT: what Pretendard has no glyph for, out of NanumGothic, under a name of its own.

The licence of NanumGothic reserves its name to the unchanged font, so a part of it must be called otherwise. Needs fontTools.
"""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

source, beside, out = sys.argv[1:]
NAME = "Relight Hanja"

font = TTFont(source)
has = set(TTFont(beside).getBestCmap())
wanted = [
    code
    for code in font.getBestCmap()
    # Conjoining jamo are composed before they are printed, and private characters mean nothing to anybody else.
    if code > 0x20 and code not in has and not 0x1100 <= code <= 0x11FF and not 0xE000 <= code <= 0xF8FF
]
options = subset.Options(hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=wanted)
subsetter.subset(font)
names = {1: NAME, 2: "Regular", 3: f"{NAME} 1", 4: NAME, 6: NAME.replace(" ", ""), 16: NAME, 17: "Regular"}
for record in list(font["name"].names):
    if record.nameID in names:
        record.string = names[record.nameID]
    elif record.nameID in (7, 18, 25):
        font["name"].names.remove(record)
font["head"].modified = font["head"].created
font.recalcTimestamp = False
font.save(out)
