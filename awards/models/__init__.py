"""Tables of awards, pools and award funds (三(二))."""

from awards.models.calls import CallKind, CallTask, CallUp
from awards.models.cycles import HIGHER, AwardCycle, AwardLevel, Criterion
from awards.models.funds import AwardFund, FundDisclosure, FundEntry
from awards.models.honours import Honour
from awards.models.nominations import Nomination
from awards.models.notices import Objection, PublicNotice
from awards.models.panel import PanelSeat, Recusal, Score, ScoreSheet
from awards.models.pools import Expertise, PoolChange, PoolMember, ReviewerInvitation

__all__ = [
    "HIGHER",
    "AwardCycle",
    "AwardFund",
    "AwardLevel",
    "CallKind",
    "CallTask",
    "CallUp",
    "Criterion",
    "Expertise",
    "FundDisclosure",
    "FundEntry",
    "Honour",
    "Nomination",
    "Objection",
    "PanelSeat",
    "PoolChange",
    "PoolMember",
    "PublicNotice",
    "Recusal",
    "ReviewerInvitation",
    "Score",
    "ScoreSheet",
]
