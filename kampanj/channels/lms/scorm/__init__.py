"""SCORM packages: one lesson (a single SCO) that reads, asks, corrects and reports, for SCORM 1.2 and SCORM 2004 4th edition."""
