"""When something happens: spans of time, how they are said, and the calendar files (iCalendar) that readers take with them."""
