"""For developers: tracebacks in the browser, everything else as the embedded default."""

from config.settings.base import *

DEBUG = True
INTERNAL_IPS = ["127.0.0.1"]
