"""The exported page in a headless Chromium, with the verbs of its reader."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

ACCEL_TOPO = "client/topo/accel-topo"


def scratch():
    return os.environ.get("TEST_TMPDIR") or tempfile.gettempdir()


def start_browser():
    """A browser with a home of its own, that reaches no network."""
    home = tempfile.mkdtemp(dir=scratch())
    os.environ["HOME"] = home
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                     "--disable-dev-shm-usage", "--no-first-run",
                     "--disable-background-networking",
                     "--host-resolver-rules=MAP * ~NOTFOUND",
                     "--window-size=1500,1000", f"--user-data-dir={home}/data"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"),
                            options=options)


class Page:
    """One exported machine."""

    def __init__(self, browser, host):
        self.browser = browser
        self.host = str(host)
        self.path = pathlib.Path(tempfile.mkdtemp(dir=scratch())) / "m.html"
        subprocess.run([ACCEL_TOPO, "--host", self.host, "export",
                        str(self.path)], check=True)
        browser.get_log("browser")  # drops what earlier pages said
        browser.get(self.path.as_uri())

    def run(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def ui(self, name):
        return self.browser.find_element(By.CSS_SELECTOR, f'[id="ui~{name}"]')

    def element(self, key):
        return self.browser.find_element(By.CSS_SELECTOR, f'[id="{key}"]')

    def click(self, key):
        """On the title, where nothing stands above the box."""
        title = self.element(key).find_element(By.TAG_NAME, "text")
        ActionChains(self.browser).move_to_element(title).click().perform()

    def press(self, *keys):
        ActionChains(self.browser).send_keys(*keys).perform()

    def press_with_shift(self, key):
        ActionChains(self.browser).key_down(Keys.SHIFT).send_keys(
            key).key_up(Keys.SHIFT).perform()

    def keys_with_class(self, name):
        return {element.get_attribute("id")
                for element in self.browser.find_elements(
                    By.CSS_SELECTOR, f'[id="ui~picture"] .{name}')}

    def status(self):
        return self.ui("status").text

    def details(self):
        return self.ui("details").text

    def view(self):
        box = self.ui("picture").get_dom_attribute("viewBox")
        return [float(number) for number in box.split()]

    def legend(self, words):
        for entry in self.ui("legend").find_elements(By.TAG_NAME, "button"):
            if entry.text == words:
                return entry
        raise AssertionError(f"no legend entry {words!r}")

    def type_filter(self, text):
        box = self.ui("filter")
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(text or Keys.DELETE)

    def errors(self):
        return self.browser.get_log("browser")


def distance(host, start, end):
    """What accel-topo says of two keys."""
    out = subprocess.run([ACCEL_TOPO, "--host", str(host), "--json", "distance",
                          start, end], check=True, capture_output=True)
    return json.loads(out.stdout)


def quantity(text):
    """"2.04TB/s" -> 2.04e12, "540ns" -> 540."""
    number, unit = re.fullmatch(r"([0-9.]+)(.*)", text).groups()
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9, "B/s": 1, "kB/s": 1e3,
             "MB/s": 1e6, "GB/s": 1e9, "TB/s": 1e12}
    return float(number) * scale[unit]
