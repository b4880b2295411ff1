"""What pages for everybody show of a name."""


def masked_name(name: str) -> str:
    """«张*», «张*明»: what a public page shows of a name."""
    return f"{name[0]}*" if len(name) < 3 else f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"
