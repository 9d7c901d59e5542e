"""Table of contents: the page types that young people read. Calm, quick, without anything that remembers the reader."""

from ung.films import FilmPage
from ung.start import StripLine, YouthStartPage
from ung.topics import AdvicePage, QuestionPage, TopicPage

__all__ = ["AdvicePage", "FilmPage", "QuestionPage", "StripLine", "TopicPage", "YouthStartPage"]
