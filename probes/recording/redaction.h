// Takes out of a recording what names one machine, one part of it or a person,
// and what is no business of a topology. docs/recorded-machines.md states the
// rules; each stands beside its code.
//
// The first guard is that only listed files are read at all (the probes' own
// reads and probes/recording/extras.h). This is the second, and it looks at
// every byte that is written.
//
// Single-threaded.
#pragma once

#include "probes/recording/recording.h"

namespace acceld::recording {

// Applies every rule to what is recorded:
//  - files whose name says that they hold a serial number, a unique id, a
//    hardware address or a name given by people hold a stand-in instead;
//  - so do such values in files of several ("GPU UUID: ...", "unique_id 7");
//  - so does whatever has the form of a hardware address, a GUID or a UUID, in
//    any text;
//  - the device serial number of a PCI function's configuration space is one;
//  - of the kernel's command line, the words about IOMMUs and PCI stay; of its
//    version, the release (not who built it where);
//  - of pci.ids, the names of functions of this machine stay;
//  - virtual network interfaces, whose names people choose, are left out.
// Doing it twice changes nothing more.
void Redact(Recording& recording);

}  // namespace acceld::recording
