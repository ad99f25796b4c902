#!/usr/bin/python3
"""Tests of scripts/recording_readers.py."""
import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, "scripts")
import recording_readers as readers  # noqa: E402


def write(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class Words(unittest.TestCase):
    def test_quantities_are_bytes(self):
        self.assertEqual(readers.byte_count("64B"), 64)
        self.assertEqual(readers.byte_count("130812.5MiB"), 137166848000)
        self.assertEqual(readers.byte_count("742GiB"), 742 << 30)
        self.assertEqual(readers.byte_count(None), 0)

    def test_masks_and_lists_are_ranges(self):
        self.assertEqual(readers.mask_cpus("00000001,00000007"), "0-2,32")
        self.assertEqual(readers.mask_cpus(None), "")
        self.assertEqual(readers.ranges([0, 1, 2, 5]), "0-2,5")

    def test_link_rates_are_those_of_hwloc(self):
        self.assertEqual(readers.link_gigabytes("8GT/s", "x16"), 15.754)
        self.assertIsNone(readers.link_gigabytes(None, "x16"))


class Machines(unittest.TestCase):
    def test_hives_are_sets_that_links_join(self):
        with tempfile.TemporaryDirectory() as root:
            nodes = "sys/class/kfd/kfd/topology/nodes/"
            for node, other in ((1, 2), (2, 1), (3, 4), (4, 3)):
                write(root, f"{nodes}{node}/properties", "simd_count 8\n")
                write(root, f"{nodes}{node}/io_links/0/properties",
                      f"type 11\nnode_to {other}\nmax_bandwidth 50000\n")
                write(root, f"{nodes}{node}/mem_banks/0/properties",
                      "heap_type 1\nsize_in_bytes 64\n")
            write(root, nodes + "0/properties", "simd_count 0\n")
            kfd = readers.Kfd(root)
            self.assertEqual(sorted(kfd.gpus), [1, 2, 3, 4])
            self.assertEqual(kfd.hives, 2)
            self.assertEqual(kfd.rates, ["50GB/s"])
            self.assertEqual(kfd.memories, [64] * 4)

    def test_lspci_output_is_read(self):
        block = ("6a:01.0 0880: 8086:0b25\n"
                 "\tCapabilities: [40] Express (v2) Root Complex Integrated "
                 "Endpoint, MSI 00\n"
                 "\tCapabilities: [220 v1] Address Translation Service (ATS)\n"
                 "\t\tATSCap:\tInvalidate Queue Depth: 00\n"
                 "\t\tATSCtl:\tEnable+, Smallest Translation Unit: 00\n"
                 "\t\tPASIDCap: Exec- Priv+, Max PASID Width: 14\n"
                 "\t\tPASIDCtl: Enable- Exec- Priv-\n"
                 "\t\tACSCap:\tSrcValid+ TransBlk- ReqRedir+ CmpltRedir-\n"
                 "\t\tACSCtl:\tSrcValid- TransBlk- ReqRedir- CmpltRedir-\n")
        head = re.match(r"(\S+) (\w{4}): (\w{4}):(\w{4})", block)
        found = readers.lspci_function(head, block)
        self.assertEqual(found["ids"], ("8086", "0b25", "0880"))
        self.assertEqual(found["ats"], (True, True))
        self.assertEqual(found["pasid"], (True, False))
        self.assertEqual(found["pasid_width"], 20)
        self.assertEqual(found["pri"], (False, False))
        self.assertEqual(found["acs"], ("SV RR", "none"))


if __name__ == "__main__":
    unittest.main()
