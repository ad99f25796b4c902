// Marks: what a policy says of one subject or one device whatever the other
// is, worked out once, so that each question about the two takes a few
// operations on words. Values; good for the policy that made them only.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "base/attribute.h"
#include "policy/bits.h"
#include "policy/compiled.h"
#include "policy/subject.h"

namespace acceld::policy {

// For one subject; make one a request.
struct SubjectMarks {
  bool is_root = false;
  bool sees_all = false;  // root and administrators
  std::size_t space = kDefaultNamespace;
  Bits denies;    // rules that may deny it
  Bits allows;    // rules that may allow it
  Bits reserves;  // that keep their devices from it
  Bits taints;    // that it does not tolerate
};

// For one device; make one a snapshot of the machine.
struct DeviceMarks {
  Bits sets;                           // that it is in
  Bits rules;                          // about such a set
  std::vector<std::string> functions;  // that it offers
};

[[nodiscard]] SubjectMarks MarkSubject(const CompiledPolicy& policy,
                                       const Subject& subject);
[[nodiscard]] DeviceMarks MarkDevice(const CompiledPolicy& policy,
                                     const AttributeView& device);

// Index of the namespace that a subject is in.
[[nodiscard]] std::size_t FindNamespace(const CompiledPolicy& policy,
                                        const Subject& subject);
// Whether a device is in a namespace's part, and in that of each namespace
// which that is a part of. Allocates nothing.
[[nodiscard]] bool IsInNamespace(const CompiledPolicy& policy,
                                 std::size_t space, const DeviceMarks& device);

}  // namespace acceld::policy
