"""Table of contents: the page types that young people read. Calm, quick, without anything that remembers the reader."""

from ung.activities import ActivityIndexPage, ActivityOccasion, ActivityPage
from ung.films import FilmPage
from ung.start import StripLine, YouthStartPage
from ung.statistics import StatisticsPage
from ung.topics import AdvicePage, QuestionPage, TopicPage
from ung.viewpoints.models import Viewpoint, ViewpointsPage

__all__ = [
    "ActivityIndexPage",
    "ActivityOccasion",
    "ActivityPage",
    "AdvicePage",
    "FilmPage",
    "QuestionPage",
    "StatisticsPage",
    "StripLine",
    "TopicPage",
    "Viewpoint",
    "ViewpointsPage",
    "YouthStartPage",
]
