"""Invented names and identity numbers. Nobody can hold them: area codes 350299 and below it were never assigned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from xmsw.identifiers import identity_check_digit
from xmsw.pinyin import sort_key

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺顾毛郝龚邵万钱严洪"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红玲建文辉力斌宇浩凯健俊帆雪琳晨旭鹏婷慧莹倩佳欣怡梦思雨子涵"
    "志国海峰春梅云翔宏达少康永安立新晓东家瑞嘉诚锦程昌盛清源"
)
UNASSIGNED_AREA = 350299
DAYS, SEQUENCES = 365, 999
_STEP = 104_729  # prime, shares no factor with DAYS × SEQUENCES: visits every birthday and sequence number once
_STRIDE = 7_919  # so that two years do not begin with the same birthday
_DIGITS, _UNITS = "零一二三四五六七八九", ("", "十", "百", "千")


class People:
    """Names with their sort keys, drawn in order from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._keys = {character: sort_key(character) for character in SURNAMES + GIVEN}

    def draw(self) -> tuple[str, str]:
        """(name, pinyin): one surname, one or two given characters."""
        pick = self._random.random
        characters = [SURNAMES[int(pick() * len(SURNAMES))], GIVEN[int(pick() * len(GIVEN))]]
        if pick() < 0.8:
            characters.append(GIVEN[int(pick() * len(GIVEN))])
        return "".join(characters), " ".join(map(self._keys.__getitem__, characters))


class Identities:
    """Identity numbers with a right check digit, each given once, for a wished year of birth."""

    def __init__(self) -> None:
        self._given: Counter[int] = Counter()
        self._months = list(_days_of_a_year())

    def draw(self, year: int) -> str:
        """The next unused number of somebody born in that year."""
        turn = self._given[year]
        self._given[year] += 1
        area, place = divmod(turn, DAYS * SEQUENCES)
        place = (place + year * _STRIDE) * _STEP % (DAYS * SEQUENCES)
        body = f"{UNASSIGNED_AREA - area}{year}{self._months[place % DAYS]}{place // DAYS + 1:03d}"
        return body + identity_check_digit(body)


def _days_of_a_year() -> Iterator[str]:
    for month, days in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1):
        for day in range(1, days + 1):
            yield f"{month:02d}{day:02d}"


def chinese_number(number: int) -> str:
    """«三», «十二», «一百零五», «一万零二十»: numerals in words below a hundred million."""
    high, low = divmod(number, 10_000)
    if high:
        gap = "零" if 0 < low < 1000 else ""
        return f"{chinese_number(high)}万{gap}{chinese_number(low) if low else ''}"
    words, pending = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            words += ("零" if pending else "") + _DIGITS[digit] + _UNITS[power]
        pending = digit == 0 and bool(words) and number % 10**power > 0
    return words.removeprefix("一") if 10 <= number < 20 else words
