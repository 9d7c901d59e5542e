"""The profiles of Common Cartridge that we write, as data: names, namespaces and resource types of each version.

Moodle imports 1.1 and nothing newer. A thin cartridge (1.3) holds links only: nothing is copied into the platform.
"""

from __future__ import annotations

from dataclasses import dataclass

from kampanj.channels.lms.package import Discussion, Item, Page, Quiz, WebLink

XSI = "http://www.w3.org/2001/XMLSchema-instance"
WEB_CONTENT = "webcontent"
# Item → (folder, suffix). Every folder is one deep: pages address pictures as `../media/`.
PLACES: dict[type[Item], tuple[str, str]] = {
    Page: ("pages", "html"),
    WebLink: ("links", "xml"),
    Discussion: ("discussions", "xml"),
    Quiz: ("quizzes", "xml"),
}


@dataclass(frozen=True)
class Profile:
    """One version: `schema` and `version` as the manifest names them, `mark` as the namespaces do (“v1p1”).

    `holds` are the items that it may carry; `knows_ages` whether its LOM has room for the pupils' ages.
    """

    schema: str
    version: str
    mark: str
    holds: tuple[type[Item], ...] = (Page, WebLink, Discussion, Quiz)
    knows_ages: bool = False

    @property
    def cp(self) -> str:
        """Namespace of the manifest."""
        return f"http://www.imsglobal.org/xsd/imscc{self.mark}/imscp_v1p1"

    @property
    def lom(self) -> str:
        """Namespace of the manifest's metadata."""
        return f"http://ltsc.ieee.org/xsd/imscc{self.mark}/LOM/manifest"

    @property
    def lom_resource(self) -> str:
        """Namespace of a resource's metadata."""
        return f"http://ltsc.ieee.org/xsd/imscc{self.mark}/LOM/resource"

    @property
    def topic(self) -> str:
        """Namespace of a discussion topic."""
        return f"http://www.imsglobal.org/xsd/imscc{self.mark}/imsdt_{self.mark}"

    @property
    def web_link(self) -> str:
        """Namespace of a web link."""
        return f"http://www.imsglobal.org/xsd/imscc{self.mark}/imswl_{self.mark}"

    @property
    def media_type(self) -> str:
        """IANA-style media type of the file."""
        return f"application/vnd.ims.imscc{self.mark}"

    @property
    def schema_locations(self) -> dict[str, str]:
        """Namespace → address of its public schema."""
        home = f"http://www.imsglobal.org/profile/cc/cc{self.mark}"
        return {
            self.cp: f"{home}/cc{self.mark}_imscp_v1p2_v1p0.xsd",
            self.lom: f"{home}/LOM/cc{self.mark}_lommanifest_v1p0.xsd",
            self.lom_resource: f"{home}/LOM/cc{self.mark}_lomresource_v1p0.xsd",
        }

    def kind(self, item: type[Item]) -> str:
        """The resource type of an item."""
        return {
            Page: WEB_CONTENT,
            WebLink: f"imswl_xml{self.mark}",
            Discussion: f"imsdt_xml{self.mark}",
            Quiz: f"imsqti_xmlv1p2/imscc_xml{self.mark}/assessment",
        }[item]

    def item_of(self, kind: str) -> type[Item] | None:
        """The item of a resource type; None when this profile has none such."""
        return next((item for item in PLACES if self.kind(item) == kind), None)


CC11 = Profile("IMS Common Cartridge", "1.1.0", "v1p1")
CC13 = Profile("IMS Common Cartridge", "1.3.0", "v1p3", knows_ages=True)
THIN = Profile("IMS Thin Common Cartridge", "1.3.0", "v1p3", holds=(WebLink,), knows_ages=True)
