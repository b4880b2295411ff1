"""Facts of section 四; importing the package declares them all."""

from supervision.facts import duties, frontline, inspections, money

__all__ = ["duties", "frontline", "inspections", "money"]
