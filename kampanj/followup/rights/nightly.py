"""When retention does its work. Without models: the installation's clock reads it before there are any."""

import datetime as dt

# Local time. After the nightly fetch of rosters would be done, before anybody comes to work.
NIGHTLY = dt.time(3, 50)
