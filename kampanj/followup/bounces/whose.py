"""Whose letter an answer is about. Nobody can make somebody else's answer: it takes a signed return address, or a Message-ID.

The Message-ID of a letter holds the reader's keyed hash, which stands in no other place: whoever returns it has had the letter.
"""

from __future__ import annotations

from dataclasses import replace

from kampanj.distribution.models import Delivery
from kampanj.followup.bounces import meaning, recipients
from kampanj.followup.bounces.kinds import COMPLAINTS, FOR_A_PERSON, Kind
from kampanj.followup.bounces.parse import Finding, Letter, Report

UNKNOWN = Report(Kind.UNCLEAR)


def delivery_of(finding: Finding) -> Delivery | None:
    """The delivery that the message is about: by its return address, else by the Message-ID. None when that is not certain."""
    if len(finding.tagged) == 1:
        return _found(next(iter(finding.tagged)))
    if finding.tagged or len(finding.letters) != 1:
        return None
    return _of_letter(next(iter(finding.letters)))


def report_on(finding: Finding, delivery: Delivery | None) -> Report:
    """What is said of this delivery's recipient; Kind.UNCLEAR when it could be about somebody else."""
    if not finding.reports:
        # A complaint names nobody: its letter is certain by its return address or Message-ID, or it is not.
        is_certain = finding.kind not in COMPLAINTS or delivery is not None
        return Report(finding.kind) if is_certain else UNKNOWN
    named = [report for report in finding.reports if delivery and recipients.is_of(delivery, report.addresses)]
    if named:
        # A list's address stands in the report on each member: where one has got the letter, the list is not gone.
        return named[0] if _is_one_verdict(named) else passed_on(named[0])
    if not finding.tagged and not _is_harmless(finding.reports):
        return UNKNOWN
    judged = [report if delivery is None else of_delivery(report, delivery) for report in finding.reports]
    return judged[0] if _is_one_verdict(judged) else UNKNOWN


def of_delivery(report: Report, delivery: Delivery) -> Report:
    """What a report that belongs to this letter says of its reader: of another address it says nothing but that."""
    return report if not report.addresses or recipients.is_of(delivery, report.addresses) else passed_on(report)


def passed_on(report: Report) -> Report:
    """The letter was passed on, and that went wrong. The reader's own address has taken it: it is neither gone nor full."""
    if report.kind not in (Kind.GONE, Kind.FULL):
        return report
    return replace(report, kind=Kind.FAILED, status=meaning.PASSED_ON)


def _is_one_verdict(reports: list[Report]) -> bool:
    return len({report.kind for report in reports}) == 1


def _is_harmless(reports: tuple[Report, ...]) -> bool:
    return all(report.kind in (Kind.DELAYED, Kind.ARRIVED) for report in reports)


def is_for_a_person(report: Report) -> bool:
    """Whether nothing but a person can go on with it."""
    return report.kind in FOR_A_PERSON


def _found(key: int) -> Delivery | None:
    return Delivery.objects.filter(pk=key).select_related("guardian", "contact").first()


def _of_letter(letter: Letter) -> Delivery | None:
    found = Delivery.objects.filter(pk=letter.delivery_id, mailing=letter.mailing_id, address_key=letter.address_key)
    return found.select_related("guardian", "contact").first()
