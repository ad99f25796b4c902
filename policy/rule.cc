#include "policy/rule.h"

#include <algorithm>

#include "base/glob.h"

namespace acceld::policy {
namespace {

template <typename Id>
bool Has(const std::vector<Id>& sorted, Id id) {
  return std::binary_search(sorted.begin(), sorted.end(), id);
}

}  // namespace

bool Rule::Names(const Subject& subject) const {
  return everybody || Has(users, subject.uid) ||
         std::any_of(subject.gids.begin(), subject.gids.end(),
                     [&](gid_t gid) { return Has(groups, gid); });
}

bool Rule::NamesUser(uid_t uid) const { return !everybody && Has(users, uid); }

bool Rule::Covers(const AttributeView& device,
                  std::string_view function) const {
  const bool function_fits =
      functions.empty() ||
      (!function.empty() && std::any_of(functions.begin(), functions.end(),
                                        [&](const std::string& glob) {
                                          return MatchesGlob(glob, function);
                                        }));
  return function_fits && MatchesAll(devices, device);
}

}  // namespace acceld::policy
