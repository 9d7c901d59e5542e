"""From a file's bytes to numbered records, whatever the format: opening, csv_file, xlsx_file, oneroster, preview.

A file is somebody else's until it has been read: every size is bounded before memory is taken, and what cannot be read is one
RosterRefused. Nothing here knows what the rows mean, apart from `oneroster`, which joins its tables, and `preview`, which hides
people.
"""
