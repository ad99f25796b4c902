// Finds rules that speak of functions which none of their devices can offer: a
// rule that lets NPUs render has a mistake in it, though it is a harmless one.
// Pure.
#pragma once

#include <span>
#include <string_view>

#include "base/document_reader.h"
#include "policy/compiled.h"

namespace acceld::policy {

// All that any driver of a framework offers, by probes/driver_traits.h (a test
// compares), beside "fpga/...", which a framework of its own may have.
struct FrameworkFunctions {
  std::string_view framework;
  std::span<const std::string_view> functions;
};
// Frameworks whose devices are of one kind. Of the others (vfio, mdev, uacce,
// qat, soft) what a device offers is not known from the framework.
[[nodiscard]] std::span<const FrameworkFunctions> KnownFrameworks();

// Warns of each rule that names functions where the selectors of its devices
// exclude all of them: by what they say of "functions", or by "framework".
// What a glob leaves open, and functions outside of the vocabulary (fpga/NAME),
// may be offered. Complexity: O(sets x functions) contradictions.
void WarnOfFunctionsNotOffered(const CompiledPolicy& policy,
                               Complaints& warnings);

}  // namespace acceld::policy
