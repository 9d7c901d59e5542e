"""Table of contents: the page types that young people read. Calm, quick, without anything that remembers the reader."""

from ung.start import StripLine, YouthStartPage
from ung.statistics import StatisticsPage
from ung.topics import AdvicePage, QuestionPage, TopicPage

__all__ = ["AdvicePage", "QuestionPage", "StatisticsPage", "StripLine", "TopicPage", "YouthStartPage"]
