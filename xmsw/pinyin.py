"""Sort and search keys for Chinese names, the same on every machine (the database has no Chinese collation)."""

from functools import lru_cache

from pypinyin import Style, pinyin


@lru_cache(maxsize=20_000)
def _of_character(character: str) -> str:
    return pinyin(character, style=Style.NORMAL, errors="default")[0][0]


def sort_key(name: str) -> str:
    """«思明区» → «si ming qu»: lower case, blank-separated syllables."""
    return " ".join(_of_character(character) for character in name.strip()).lower()
