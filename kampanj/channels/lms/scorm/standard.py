"""The two standards as data: what their manifests are called and how they are versioned.

The limits of what a lesson may store are the runtime's: see `runtime/connection.js`.
"""

from __future__ import annotations

from dataclasses import dataclass

XSI = "http://www.w3.org/2001/XMLSchema-instance"
# Of the questions, in whole percent: as a teacher would say “more than half”, and nothing that a guess reaches.
PASS_PERCENT = 60


@dataclass(frozen=True)
class Standard:
    """One standard: `version` is written in the manifest, `dialect` tells the runtime which API to prefer.

    `content` and `adl` are the namespaces of IMS content packaging and of ADL's additions, `schemas` their files' names:
    by these a platform knows them. The files themselves stay out, because they say no licence. `title_limit` is in characters.
    """

    name: str
    version: str
    dialect: str
    content: str
    adl: str
    metadata: str
    kind_attribute: str
    title_limit: int
    schemas: dict[str, str]


SCORM_12 = Standard(
    name="scorm12",
    version="1.2",
    dialect="1.2",
    content="http://www.imsproject.org/xsd/imscp_rootv1p1p2",
    adl="http://www.adlnet.org/xsd/adlcp_rootv1p2",
    metadata="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1",
    kind_attribute="scormtype",
    title_limit=200,
    schemas={
        "http://www.imsproject.org/xsd/imscp_rootv1p1p2": "imscp_rootv1p1p2.xsd",
        "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1": "imsmd_rootv1p2p1.xsd",
        "http://www.adlnet.org/xsd/adlcp_rootv1p2": "adlcp_rootv1p2.xsd",
    },
)
IMSSS = "http://www.imsglobal.org/xsd/imsss"
SCORM_2004 = Standard(
    name="scorm2004",
    version="2004 4th Edition",
    dialect="2004",
    content="http://www.imsglobal.org/xsd/imscp_v1p1",
    adl="http://www.adlnet.org/xsd/adlcp_v1p3",
    metadata="http://ltsc.ieee.org/xsd/LOM",
    kind_attribute="scormType",
    title_limit=255,
    schemas={
        "http://www.imsglobal.org/xsd/imscp_v1p1": "imscp_v1p1.xsd",
        "http://ltsc.ieee.org/xsd/LOM": "lom.xsd",
        "http://www.adlnet.org/xsd/adlcp_v1p3": "adlcp_v1p3.xsd",
        IMSSS: "imsss_v1p0.xsd",
    },
)
