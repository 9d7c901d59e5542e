"""What following deliveries adds to the logs: the mailing's history, and the words of the audience's log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter

from kampanj.audience.log import words

words.SUBJECTS["deliveries"] = gettext_lazy("Deliveries")
words.DETAILS["mailing"] = gettext_lazy("number of the mailing")
words.DETAILS["row"] = gettext_lazy("number of the delivery")


class Counted(LogFormatter):
    """An entry that says how many letters it was about."""

    def counted(self, number: int) -> str:
        """The sentence for so many."""
        raise NotImplementedError

    def format_message(self, log_entry: Any) -> str:
        number = int(log_entry.data.get("count", 0))
        return self.counted(number) % {"number": number}


@hooks.register("register_log_actions")
def delivery_log_actions(actions: LogActionRegistry) -> None:
    """What was sent again or let go by hand."""

    @actions.register_action("kampanj.retry_failed")
    class Retry(Counted):
        label = gettext_lazy("Send failed letters again")

        def counted(self, number: int) -> str:
            return ngettext("%(number)s failed letter was queued again", "%(number)s failed letters were queued again", number)

    @actions.register_action("kampanj.send_held")
    class Send(Counted):
        label = gettext_lazy("Send held letters")

        def counted(self, number: int) -> str:
            return ngettext("%(number)s held letter was sent once more", "%(number)s held letters were sent once more", number)

    @actions.register_action("kampanj.drop_held")
    class Drop(Counted):
        label = gettext_lazy("Let held letters go")

        def counted(self, number: int) -> str:
            return ngettext("%(number)s held letter was let go", "%(number)s held letters were let go", number)
