"""A learning platform in Chromium: scorm-again answers, we keep what it was told between launches.

It is stricter than scorm-again in what a platform may refuse: see GUARD.
"""

from __future__ import annotations

import io
import json
import mimetypes
import zipfile
from typing import Any

from playwright.sync_api import Browser, Frame, Page, Route

from kampanj.channels.lms.scorm.standard import SCORM_12, Standard
from tests.channels.lms.scorm import npm

PLATFORM = "scorm-again@3.4.3"
ORIGIN = "https://platform.example.org"
# Every call in order, and the limits of the standards, which scorm-again does not hold to.
GUARD = """
window.calls = [];
window.tooLong = [];
const LIMITS = __LIMITS__;
for (const name of __METHODS__) {
    const original = api[name].bind(api);
    api[name] = (...values) => {
        if (LIMITS[values[0]] !== undefined && String(values[1]).length > LIMITS[values[0]]) window.tooLong.push(values);
        const given = __BROKEN__.includes(name) ? "false" : original(...values);
        window.calls.push([name, ...values, given]);
        return given;
    };
}
"""
PLAYER = """<!doctype html><html lang="en"><head><title>Platform</title><script src="/api.js"></script></head><body>
<script>
const api = new __CLASS__({ autocommit: false, lmsCommitUrl: false, logLevel: 5 });
const kept = __KEPT__;
if (kept) api.loadFromJSON(kept);
__GUARD__
window.__NAME__ = api;
</script>
__INSIDE__</body></html>"""
FRAME = '<iframe id="sco" src="/sco/index.html" title="Lesson" width="100%" height="900"></iframe>'
METHODS = {
    "1.2": ["LMSInitialize", "LMSFinish", "LMSGetValue", "LMSSetValue", "LMSCommit", "LMSGetLastError"],
    "2004": ["Initialize", "Terminate", "GetValue", "SetValue", "Commit", "GetLastError"],
}
LIMITS = {
    "1.2": {"cmi.suspend_data": 4096, "cmi.core.lesson_location": 255},
    "2004": {"cmi.suspend_data": 64000, "cmi.location": 1000},
}


class Platform:
    """One pupil's attempt at one package. `launch` opens it, `leave` closes it, and so on as often as wanted.

    `broken` are methods that always say "false"; `kept` is what an earlier attempt has left (scorm-again's JSON).
    """

    def __init__(
        self,
        browser: Browser,
        standard: Standard,
        package: bytes,
        *,
        broken: tuple[str, ...] = (),
        kept: dict[str, Any] | None = None,
        **context: Any,
    ) -> None:
        self.standard = standard
        self.archive = zipfile.ZipFile(io.BytesIO(package))
        self.broken = broken
        self.kept = kept
        self.inside = FRAME
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.context = browser.new_context(**{"viewport": {"width": 390, "height": 844}, **context})
        self.context.route("**/*", self._serve)
        self.page: Page = self._page()

    # --- What a pupil does ------------------------------------------------------------------------------------------

    def launch(self) -> Frame:
        """Open the lesson in a frame; gives the frame."""
        self.page.goto(f"{ORIGIN}/")
        self.lesson.wait_for_selector("html.is-scripted")
        return self.lesson

    def leave(self) -> None:
        """Close the lesson the way platforms do: its frame goes elsewhere. What it told is kept for the next launch."""
        self.page.evaluate("document.getElementById('sco').src = 'about:blank'")
        self.page.wait_for_function("calls.some(call => ['LMSFinish', 'Terminate'].includes(call[0]))")
        self.keep()

    def keep(self) -> None:
        """Remember what has been told so far, as a platform does at a commit, and carry it to the next launch."""
        told = json.loads(self.page.evaluate("JSON.stringify(api.renderCMIToJSONObject())"))
        told.get("cmi", told).pop("interactions", None)
        self.kept = told

    @property
    def lesson(self) -> Frame:
        """The frame that the lesson lies in."""
        return next(frame for frame in self.page.frames if "/sco/" in frame.url)

    def answer(self, number: int, *words: str) -> None:
        """Answer a question of the language that is shown."""
        question = self.lesson.locator(f".edition:not([hidden]) [data-question='{number}']")
        for word in words:
            question.get_by_label(word).check()
        question.locator("[data-answer]").click()

    def go_to(self, kind: str) -> None:
        """Open a part through the list of parts."""
        edition = self.lesson.locator(".edition:not([hidden])")
        place = edition.locator(f".step--{kind}").first.get_attribute("data-step")
        edition.locator("summary").first.click()
        edition.locator(f"[data-part='{place}']").click()
        edition.locator(f".step--{kind}:visible").first.wait_for()

    # --- What the platform knows ------------------------------------------------------------------------------------

    def value(self, name: str) -> str:
        """A value of the data model, read past the API's own rules for readers."""
        getter = f"api.{name}"
        return str(self.page.evaluate(f"String({getter})"))

    def told(self, name: str) -> list[str]:
        """Every value that was set by that name, in order."""
        calls = self.page.evaluate("calls")
        return [call[2] for call in calls if call[0] in ("LMSSetValue", "SetValue") and call[1] == name]

    def commits(self) -> int:
        """How often the lesson had its data saved."""
        return sum(call[0] in ("LMSCommit", "Commit") for call in self.page.evaluate("calls"))

    @property
    def is_12(self) -> bool:
        return self.standard is SCORM_12

    def status(self) -> tuple[str, str]:
        """(completion, success) in the words of SCORM 2004, whichever standard."""
        if not self.is_12:
            return self.value("cmi.completion_status"), self.value("cmi.success_status")
        status = self.value("cmi.core.lesson_status")
        return {
            "passed": ("completed", "passed"),
            "failed": ("completed", "failed"),
            "completed": ("completed", "unknown"),
        }.get(status, (status, "unknown"))

    def score(self) -> str:
        """The raw score, 0 to 100; empty when there is none."""
        return self.value("cmi.core.score.raw" if self.is_12 else "cmi.score.raw")

    @property
    def memory(self) -> str:
        return self.value("cmi.suspend_data")

    def too_long(self) -> list[Any]:
        """What was set beyond the standard's limits."""
        found: list[Any] = self.page.evaluate("tooLong")
        return found

    def close(self) -> None:
        self.context.close()

    # --- The server ------------------------------------------------------------------------------------------------

    def _page(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        return page

    def _serve(self, route: Route) -> None:
        address = route.request.url.partition("#")[0]
        self.asked.append(address)
        path = address.removeprefix(ORIGIN)
        if path == "/":
            route.fulfill(body=self._player(), content_type="text/html; charset=utf-8")
        elif path == "/api.js":
            name = "scorm12" if self.is_12 else "scorm2004"
            route.fulfill(path=npm.package(PLATFORM) / "dist" / f"{name}.min.js")
        elif path.startswith("/sco/") and path.removeprefix("/sco/") in self.archive.namelist():
            name = path.removeprefix("/sco/")
            media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
            charset = "; charset=utf-8" if media_type.startswith("text/") else ""
            route.fulfill(body=self.archive.read(name), content_type=media_type + charset)
        else:
            route.fulfill(status=404, body="")

    def _player(self) -> str:
        version = self.standard.dialect
        guard = (
            GUARD.replace("__LIMITS__", json.dumps(LIMITS[version]))
            .replace("__METHODS__", json.dumps(METHODS[version]))
            .replace("__BROKEN__", json.dumps(self.broken))
        )
        return (
            PLAYER.replace("__CLASS__", "Scorm12API" if self.is_12 else "Scorm2004API")
            .replace("__NAME__", "API" if self.is_12 else "API_1484_11")
            .replace("__KEPT__", json.dumps(self.kept))
            .replace("__GUARD__", guard)
            .replace("__INSIDE__", self.inside)
        )
