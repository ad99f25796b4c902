// KnownFiles: what a FactReader was answered before and does not ask again, for
// a probe that is run after every uevent. Only what no device changes by
// itself: where links lead, texts that are the same for as long as the device
// is there, and that something is absent. What may change without an event
// (counters, states, sizes) is read each time. Faults are not kept: what could
// not be read or believed is read again.
//
// Kept by a probe from run to run; the probe forgets what an event can have
// made old. A value; no threading rule.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace acceld::probes {

// By path.
struct KnownFiles {
  std::unordered_map<std::string, std::string> links;  // the text of each
  std::unordered_map<std::string, std::string> texts;  // SharedText()
  // What neither Exists(), Text() and SharedText() nor a link found.
  std::unordered_set<std::string> absent;

  // Forgets each path of which `is_old` says so.
  void Forget(const std::function<bool(const std::string&)>& is_old);
};

}  // namespace acceld::probes
