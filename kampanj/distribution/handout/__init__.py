"""The hand-out: rounds in which a team hands out printed folders, what was counted, and the papers that go with them.

Nothing personal is kept: a team has a name or a number, a count has a team, and no field takes an address, a telephone number
or a personal identity number. There is nothing for an extract to tell or for retention to remove.
"""
