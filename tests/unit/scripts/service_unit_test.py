#!/usr/bin/python3
"""The service's confinement leaves acceld what it must see, and no network."""

import pathlib
import unittest

UNIT = pathlib.Path("configs/systemd/acceld.service")


class ServiceUnitTest(unittest.TestCase):
    def setUp(self):
        self.settings = dict(
            line.split("=", 1) for line in UNIT.read_text().splitlines()
            if "=" in line and not line.startswith("#"))

    def test_namespaces_hide_no_devices_and_no_uevents(self):
        # Of their own: /sys without the machine's NICs, a socket without their
        # uevents, /dev without accelerators.
        for name in ("PrivateNetwork", "NetworkNamespacePath",
                     "PrivateUsers", "PrivateDevices"):
            self.assertIn(self.settings.get(name, "no"), ("no", "false"), name)

    def test_network_is_out_of_reach(self):
        self.assertEqual(
            set(self.settings["RestrictAddressFamilies"].split()),
            {"AF_UNIX", "AF_NETLINK"})
        self.assertEqual(self.settings["IPAddressDeny"], "any")
        self.assertNotIn("CAP_NET", self.settings["CapabilityBoundingSet"])


    def test_reload_waits_for_its_outcome(self):
        # SIGHUP would have "systemctl reload" succeed whatever the files say.
        self.assertEqual(self.settings["ExecReload"],
                         "/usr/bin/accelctl reload")


if __name__ == "__main__":
    unittest.main()
