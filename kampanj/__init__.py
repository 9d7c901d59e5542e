"""One campaign, written once, that leaves through every door. The rooms, in flow order:

municipality (who we are) → content (what we say) → channels (how it looks) → audience (who it is for)
→ distribution (getting it out) → followup (what came of it).
"""
