"""The one way in which this package says no: a sentence in Chinese for the person at the screen."""


class Refused(Exception):
    """A file or a request that cannot be taken; `str()` is one clear Chinese sentence, and nothing was stored."""
