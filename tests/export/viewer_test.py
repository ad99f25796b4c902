#!/usr/bin/python3
"""The .html export, in a real browser: looked at, clicked, typed into."""
import json
import pathlib
import subprocess
import tempfile
import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from page import Page, distance, quantity, scratch, start_browser

HOSTS = pathlib.Path("configs/hosts")
GPUS = HOSTS / "nvswitch-8gpu.json"

# Every place that text from outside can get to.
HOSTILE = "</script><script>window.broken=1</script><img src=x onerror=alert(1)>"


def write_machine(name, entities, relations=(), links=()):
    machine = {"format": "acceld-machine", "version": 1, "name": name,
               "entities": list(entities), "relations": list(relations),
               "links": list(links)}
    path = pathlib.Path(tempfile.mkdtemp(dir=scratch())) / f"{name}.json"
    path.write_text(json.dumps(machine), encoding="utf-8")
    return path


class ViewerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = start_browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()

    def open(self, host=GPUS):
        return Page(self.browser, host)

    def test_every_host_opens_without_errors_and_loads_nothing(self):
        for host in sorted(HOSTS.glob("*.json")):
            with self.subTest(host=host.name):
                page = self.open(host)
                self.assertEqual(page.errors(), [])
                self.assertEqual(page.run(
                    "return performance.getEntriesByType('resource').length"), 0)
                self.assertGreater(
                    page.run("return accelTopo.keys().length"), 5)

    def test_text_fits_its_boxes_in_this_font(self):
        for host in sorted(HOSTS.glob("*.json")):
            page = self.open(host)
            wide = page.run("""
                const wide = [];
                for (const box of document.querySelectorAll('.box[data-vertex]')) {
                  const rect = box.querySelector('rect').getBBox();
                  for (const text of box.querySelectorAll('text')) {
                    const b = text.getBBox();
                    if (b.x < rect.x || b.x + b.width > rect.x + rect.width ||
                        b.y + b.height > rect.y + rect.height + 1) {
                      wide.push(box.id + ': ' + text.textContent);
                    }
                  }
                }
                return wide;""")
            self.assertEqual(wide, [], host.name)

    def test_paths_are_those_of_the_graph_for_all_pairs(self):
        for host in sorted(HOSTS.glob("*.json")):
            page = self.open(host)
            wanted = json.loads(subprocess.run(
                ["tests/export/all_pairs", str(host)], check=True,
                capture_output=True).stdout)
            found = page.run("""
                const found = {};
                for (const a of accelTopo.keys()) {
                  for (const b of accelTopo.keys()) {
                    const d = accelTopo.distance(a, b);
                    found[a + ' ' + b] = d && [d.latency,
                        d.bandwidth === Infinity ? -1 : d.bandwidth, d.hops];
                  }
                }
                return found;""")
            self.assertGreater(len(found), 50)
            self.assertEqual(found, wanted, host.name)

    def test_a_click_shows_what_is_known_of_a_box(self):
        page = self.open()
        page.click("accelerator:nvidia3")
        self.assertEqual(page.keys_with_class("chosen"), {"accelerator:nvidia3"})
        details = page.details()
        self.assertIn("A100-SXM4-80GB 3", details)
        self.assertIn("assumed: described by nvswitch-8gpu", details)
        self.assertIn("fabric-hub:nvswitch0", details)

    def test_a_second_click_shows_the_path_and_its_weakest_link(self):
        page = self.open()
        page.click("accelerator:nvidia0")
        page.click("nic:mlx5_7")
        wanted = distance(GPUS, "accelerator:nvidia0", "nic:mlx5_7")
        self.assertEqual(quantity(page.ui("latency").text),
                         quantity(wanted["latency"]))
        self.assertAlmostEqual(quantity(page.ui("bandwidth").text) /
                               quantity(wanted["bandwidth"]), 1, places=2)
        self.assertEqual(int(page.ui("hops").text), wanted["hops"])
        lit = page.keys_with_class("on-path")
        self.assertLessEqual(set(wanted["path"]), lit)
        self.assertIn("link:socket-link:numa:0--numa:1", lit)
        # The link of a box to what it stands in has no wire: the box is marked.
        self.assertEqual(page.keys_with_class("weakest"), {"nic:mlx5_7"})
        self.assertIn("weakest link", page.details())
        self.assertIn("hops", page.status())

    def test_the_weakest_link_is_marked_on_its_wire(self):
        page = self.open()
        page.click("accelerator:nvidia0")
        page.click("memory:1")
        self.assertEqual(
            page.keys_with_class("weakest"),
            {"link:pcie:switch-port:0000:01:00.0--pci:0000:07:00.0"})

    def test_a_third_click_starts_anew_and_escape_clears(self):
        page = self.open()
        for key in ("accelerator:nvidia0", "accelerator:nvidia1", "numa:1"):
            page.click(key)
        self.assertEqual(page.keys_with_class("chosen"), {"numa:1"})
        self.assertEqual(page.keys_with_class("on-path"), set())
        page.press(Keys.ESCAPE)
        self.assertEqual(page.keys_with_class("chosen"), set())
        self.assertEqual(page.details(), "")

    def test_the_legend_hides_and_shows_a_kind(self):
        page = self.open()
        wire = page.element("link:fabric:accelerator:nvidia0--"
                            "fabric-hub:nvswitch0")
        box = page.element("nic:mlx5_0").find_element(By.TAG_NAME, "rect")
        for words, shown in (("socket-link", wire), ("network", box)):
            entry = page.legend(words)
            self.assertTrue(shown.is_displayed())
            entry.click()
            self.assertEqual(entry.get_attribute("aria-pressed"), "false")
        self.assertTrue(wire.is_displayed())
        self.assertFalse(box.is_displayed())
        page.legend("network").click()
        self.assertTrue(box.is_displayed())

    def test_the_filter_marks_matches_and_enter_goes_to_them(self):
        page = self.open()
        page.type_filter("driver=nvidia")
        self.assertEqual(len(page.keys_with_class("match")), 8)
        self.assertIn("8 of", page.status())
        page.type_filter("mlx5_5 nic")
        self.assertEqual(page.keys_with_class("match"), {"nic:mlx5_5"})
        dimmed = page.element("accelerator:nvidia0")
        self.assertLess(float(dimmed.value_of_css_property("opacity")), 0.5)
        page.press(Keys.ENTER)
        self.assertEqual(page.keys_with_class("focused"), {"nic:mlx5_5"})
        page.type_filter("")
        self.assertEqual(page.keys_with_class("match"), set())
        self.assertEqual(dimmed.value_of_css_property("opacity"), "1")

    def test_zoom_by_buttons_keys_and_wheel_and_moving_by_dragging(self):
        page = self.open()
        whole = page.view()
        page.ui("in").click()
        self.assertLess(page.view()[2], whole[2])
        page.press("-")
        self.assertAlmostEqual(page.view()[2], whole[2], places=1)
        page.ui("out").click()
        self.assertGreater(page.view()[2], whole[2])
        page.press("0")
        self.assertEqual(page.view(), whole)
        page.run("""
            const stage = document.getElementById('ui~stage');
            const box = stage.getBoundingClientRect();
            stage.dispatchEvent(new WheelEvent('wheel', {
                deltaY: -300, clientX: box.left + 10, clientY: box.top + 10,
                bubbles: true, cancelable: true}));""")
        self.assertLess(page.view()[2], whole[2])
        before = page.view()
        ActionChains(self.browser).move_to_element(
            page.ui("stage")).click_and_hold().move_by_offset(
                60, 40).release().perform()
        after = page.view()
        self.assertLess(after[0], before[0])
        self.assertLess(after[1], before[1])
        self.assertEqual(after[2:], before[2:])
        self.assertEqual(page.keys_with_class("chosen"), set())

    def test_everything_works_from_the_keyboard(self):
        page = self.open()
        page.press("/")
        page.press("memory:1")
        self.assertEqual(page.ui("filter").get_attribute("value"), "memory:1")
        page.press(Keys.ESCAPE)
        page.run("document.getElementById('ui~picture').focus()")
        page.press(Keys.ARROW_DOWN)
        first = page.keys_with_class("focused")
        self.assertEqual(len(first), 1)
        page.press(Keys.ARROW_RIGHT)
        second = page.keys_with_class("focused")
        self.assertNotEqual(first, second)
        page.press(Keys.ENTER)
        self.assertEqual(page.keys_with_class("chosen"), second)
        page.press(Keys.ARROW_LEFT)
        self.assertEqual(page.keys_with_class("focused"), first)
        before = page.view()
        page.press_with_shift(Keys.ARROW_RIGHT)
        self.assertNotEqual(page.view(), before)
        self.assertEqual(page.errors(), [])

    def test_tooltips_tell_provenance(self):
        page = self.open()
        title = page.element("accelerator:nvidia0").find_element(
            By.TAG_NAME, "text")
        ActionChains(self.browser).move_to_element(title).move_by_offset(
            2, 2).perform()
        tooltip = page.ui("tooltip")
        self.assertTrue(tooltip.is_displayed())
        self.assertIn("framework: nvidia [assumed: described by",
                      tooltip.text)

    def test_folded_siblings_can_be_told_apart(self):
        engines = [f"engine:wq{i}" for i in range(9)]
        host = write_machine(
            "queues",
            [{"key": "accelerator:dsa0", "kind": "accelerator"}] +
            [{"key": key, "kind": "engine"} for key in engines],
            [{"from": key, "to": "accelerator:dsa0", "kind": "engine-of"}
             for key in engines])
        page = self.open(host)
        self.assertIn("9 \u00d7 wq0", page.element("engine:wq0").text)
        page.click("engine:wq0")
        self.assertIn("engine:wq8", page.details())
        page.type_filter("wq7")
        self.assertEqual(page.keys_with_class("match"), {"engine:wq0"})

    def test_a_hostile_machine_is_only_text(self):
        host = write_machine(
            "hostile",
            [{"key": "accelerator:a", "kind": "accelerator", "attributes": {
                "name": {"value": HOSTILE, "source": HOSTILE},
                "driver": "<!--<script>", "framework": "]]>&\"'"}},
             {"key": "ui.filter", "kind": "nic"}])
        page = self.open(host)
        self.assertEqual(page.errors(), [])
        page.click("accelerator:a")
        self.assertIn(HOSTILE, page.details())
        self.assertIsNone(page.run("return window.broken || null"))
        self.assertEqual(len(self.browser.find_elements(By.TAG_NAME, "img")), 0)
        self.assertEqual(page.errors(), [])

    def test_the_policy_lets_no_other_script_run(self):
        page = self.open()
        page.run("""
            const script = document.createElement('script');
            script.textContent = 'window.broken = 1';
            document.body.append(script);""")
        self.assertIsNone(page.run("return window.broken || null"))
        self.assertTrue(any("Content Security Policy" in entry["message"]
                            for entry in page.errors()))

    def test_colours_follow_the_reader(self):
        page = self.open()
        colours = {}
        for scheme in ("light", "dark"):
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme",
                              "value": scheme}]})
            rect = page.element("package:0").find_element(By.TAG_NAME, "rect")
            colours[scheme] = rect.value_of_css_property("fill")
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                     {"features": []})
        self.assertNotEqual(colours["light"], colours["dark"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
