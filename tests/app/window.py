# SPDX-License-Identifier: Apache-2.0
"""A window as a person meets it: controls are found by the names that a screen reader would say, and acted on with a
real pointer and real keys (xdotool). Acting through the accessibility bus itself proves nothing."""

import re
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
import pyatspi  # noqa: E402


class Lost(Exception):
    """What was waited for did not come."""


def xdotool(*arguments):
    subprocess.run(["xdotool", *[str(a) for a in arguments]], check=True, stdout=subprocess.DEVNULL)


class Window:
    def __init__(self, command, log):
        self._log = open(log, "wb")
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdout=self._log, stderr=self._log)

    # -- waiting ------------------------------------------------------------------------------------------------

    def until(self, what, condition, seconds):
        """The first true value of condition(); the program must live as long."""
        end = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if self.process.poll() is not None:
                raise Lost(f"the program ended with {self.process.returncode} before: {what}")
            if time.monotonic() > end:
                raise Lost(f"not within {seconds} s: {what}; on screen: {', '.join(self.names()) or 'nothing named'}")
            time.sleep(0.05)

    # -- finding ------------------------------------------------------------------------------------------------

    def _controls(self):
        """(name, role, extents, control) of everything that shows."""
        found = []

        def walk(node):
            states = node.getState()
            if not states.contains(pyatspi.STATE_SHOWING) and node.getRoleName() != "application":
                return
            try:
                extents = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
            except NotImplementedError:
                extents = None
            found.append((node.name, node.getRoleName(), extents, node))
            for child in node:
                if child is not None:
                    walk(child)

        desktop = pyatspi.Registry.getDesktop(0)
        for application in desktop:
            if application is not None and application.get_process_id() == self.process.pid:
                # The application itself has neither state nor place.
                for child in application:
                    if child is not None:
                        walk(child)
        return found

    def controls(self):
        try:
            return self._controls()
        except Exception as gone:  # a control that left while it was being read: the next look is a whole one
            if type(gone).__name__ not in ("Error", "GError", "LookupError", "RuntimeError"):
                raise
            return []

    def names(self):
        return [name for name, _, _, _ in self.controls() if name][:80]

    def find(self, name, role=None):
        """All that show whose whole name matches, top to bottom, with room enough to be pointed at."""
        hits = [c for c in self.controls()
                if re.fullmatch(name, c[0] or "") and (role is None or re.fullmatch(role, c[1]))
                and c[2] and c[2].width > 2 and c[2].height > 2]
        return sorted(hits, key=lambda c: (c[2].y, c[2].x))

    def wait_for(self, name, role=None, seconds=10):
        return self.until(f"a {role or 'control'} named {name!r}", lambda: self.find(name, role), seconds)

    def gone(self, name, role=None, seconds=30):
        self.until(f"{name!r} to go", lambda: not self.find(name, role), seconds)

    # -- acting -------------------------------------------------------------------------------------------------

    def click(self, name, role=None, seconds=10):
        """Waits until it shows, is enabled and stands still, then presses it."""
        last = []

        def ready():
            for control in self.find(name, role):
                if control[3].getState().contains(pyatspi.STATE_ENABLED):
                    place = (control[2].x, control[2].y, control[2].width, control[2].height)
                    still = last == [place]
                    last[:] = [place]
                    return control if still else None
            return None

        control = self.until(f"an enabled {role or 'control'} named {name!r}", ready, seconds)
        box = control[2]
        self.press(box.x + box.width // 2, box.y + box.height // 2)
        return control

    def press(self, x, y):
        xdotool("mousemove", "--sync", x, y, "click", 1)

    def drag(self, from_x, from_y, to_x, to_y, steps=12):
        xdotool("mousemove", "--sync", from_x, from_y, "mousedown", 1)
        for i in range(1, steps + 1):
            xdotool("mousemove", "--sync", from_x + (to_x - from_x) * i // steps, from_y + (to_y - from_y) * i // steps)
        xdotool("mouseup", 1)

    def keys(self, *keys):
        xdotool("key", *keys)

    # -- looking ------------------------------------------------------------------------------------------------

    def picture(self, path=None, crop=None):
        """The screen as PNG: to a file, or (raw pixels) back."""
        command = ["import", "-silent", "-window", "root"]
        if crop:
            command += ["-crop", crop, "+repage"]
        if path:
            subprocess.run([*command, str(path)], check=True)
            return None
        return subprocess.run([*command, "rgb:-"], check=True, capture_output=True).stdout

    def settled(self, crop, seconds=20):
        """Waits until that part of the screen has stopped changing."""
        last = []

        def same():
            now = self.picture(crop=crop)
            last.append(now)
            return len(last) >= 4 and last[-1] == last[-2] == last[-3]

        self.until("a picture that stands still", same, seconds)

    # -- ending -------------------------------------------------------------------------------------------------

    def close(self, seconds=10):
        """As the window manager does it; the program's own status."""
        shown = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
                               capture_output=True, text=True, check=False).stdout.split()
        for window in shown[-1:]:
            xdotool("windowactivate", "--sync", window, "key", "--clearmodifiers", "alt+F4")
        try:
            return self.process.wait(seconds)
        finally:
            self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._log.close()
