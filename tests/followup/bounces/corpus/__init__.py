"""What mail systems send back, with the verdict that each message must get. Written for these tests in the systems' own forms."""

from tests.followup.bounces.corpus import exchange, gmail, older, passed_on, people, postfix, recorded, swedish, traps
from tests.followup.bounces.corpus.case import CASES, Case

__all__ = ["CASES", "Case", "exchange", "gmail", "older", "passed_on", "people", "postfix", "recorded", "swedish", "traps"]
