// Who: a compiled set of subjects. Immutable once built; thread-safe.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "policy/subject.h"

namespace acceld::policy {

struct Who {
  bool everybody = false;           // the rest is not looked at
  std::vector<uid_t> users;         // sorted
  std::vector<gid_t> groups;        // sorted
  std::vector<std::string> slices;  // paths from the root; sorted
  std::vector<std::size_t> spaces;  // indices of namespaces, with the parts
                                    // of each; sorted

  // By user, any of the subject's groups, its slice or what encloses it, or
  // its namespace. Allocates nothing.
  [[nodiscard]] bool Names(const Subject& subject, std::size_t space) const;
  // By the user's own number, and not as one of all.
  [[nodiscard]] bool NamesUser(uid_t uid) const;
  // Whether everybody whom `other` names is named here too, as far as the two
  // lists alone tell.
  [[nodiscard]] bool Covers(const Who& other) const;
  // Adds those of `other`.
  void Add(const Who& other);
  // Sorts; call before the first question.
  void Sort();
};

}  // namespace acceld::policy
