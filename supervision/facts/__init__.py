"""Facts of section 四; importing the package declares them all."""

from supervision.facts import duties, inspections, money

__all__ = ["duties", "inspections", "money"]
