"""Rosters in: read (formats, columns, rows), judge (protection, settling), compare (difference, plan), apply (applying, undo).

Making a plan changes nothing and takes most of the time; carrying it out is one short transaction. `staging` lets people look in
between.
"""
