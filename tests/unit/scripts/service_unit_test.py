#!/usr/bin/python3
"""The services' confinement leaves them what they must see, and no more."""

import pathlib
import unittest

UNITS = pathlib.Path("configs/systemd")


def settings_of(unit):
    return dict(
        line.split("=", 1) for line in (UNITS / unit).read_text().splitlines()
        if "=" in line and not line.startswith("#"))


class ServiceUnitTest(unittest.TestCase):
    def setUp(self):
        self.settings = settings_of("acceld.service")

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

    def test_openat2_is_there(self):
        # systemd takes it away with this one, and with it /sys.
        for unit in ("acceld.service", "acceld-cdi.service"):
            self.assertNotIn("RestrictSUIDSGID", settings_of(unit), unit)

    def test_reload_waits_for_its_outcome(self):
        # SIGHUP would have "systemctl reload" succeed whatever the files say.
        self.assertEqual(self.settings["ExecReload"],
                         "/usr/bin/accelctl reload")


class ExporterUnitTest(unittest.TestCase):
    def setUp(self):
        self.settings = settings_of("accel-exporter.service")

    def test_exporter_has_no_rights(self):
        # Of its own, and one that dbus-daemon can look up.
        self.assertEqual(self.settings["User"], "accel-exporter")
        self.assertNotIn("DynamicUser", self.settings)
        self.assertEqual(self.settings["CapabilityBoundingSet"], "")
        self.assertEqual(self.settings["NoNewPrivileges"], "yes")

    def test_exporter_is_reached_from_this_machine_alone(self):
        self.assertEqual(self.settings["IPAddressDeny"], "any")
        self.assertEqual(self.settings["IPAddressAllow"], "localhost")

    def test_exporter_starts_no_acceld(self):
        for name in ("Requires", "Wants", "BindsTo", "Requisite"):
            self.assertNotIn(name, self.settings)


if __name__ == "__main__":
    unittest.main()
