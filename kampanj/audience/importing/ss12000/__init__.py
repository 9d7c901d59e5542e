"""Rosters from the school system's interface: SS 12000:2020 (SIS/TK 450, API version 2).

Connection, token and client ask (transport, answers); enrolments and persons read; records joins pupils and guardians into
a roster with our own headings; fetching decides whether and what to fetch; nightly carries it out and tells the operator.

What is asked for is what a roster needs: school units, pupils with an enrolment and those responsible for them. Groups,
staff, names, addresses and pupils' personal identity numbers are not read.
"""
