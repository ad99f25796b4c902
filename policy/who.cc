#include "policy/who.h"

#include <algorithm>
#include <string_view>

namespace acceld::policy {
namespace {

template <typename T>
bool Has(const std::vector<T>& sorted, const T& value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

template <typename T>
bool Includes(const std::vector<T>& sorted, const std::vector<T>& part) {
  return std::includes(sorted.begin(), sorted.end(), part.begin(), part.end());
}

// Compared from the root, whole names at a time: "/a" encloses "/a/b" and
// neither "/ab" nor "/b/a".
bool Encloses(std::string_view slice, std::string_view path) {
  return path.starts_with(slice) &&
         (path.size() == slice.size() || path[slice.size()] == '/');
}

template <typename T>
void Append(const std::vector<T>& from, std::vector<T>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

template <typename T>
void SortOnce(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

bool Who::Names(const Subject& subject, std::size_t space) const {
  if (everybody || Has(users, subject.uid) || Has(spaces, space)) return true;
  for (const gid_t gid : subject.gids) {
    if (Has(groups, gid)) return true;
  }
  return std::any_of(
      slices.begin(), slices.end(),
      [&](const std::string& slice) { return Encloses(slice, subject.slice); });
}

bool Who::NamesUser(uid_t uid) const { return !everybody && Has(users, uid); }

bool Who::Covers(const Who& other) const {
  if (everybody) return true;
  return !other.everybody && Includes(users, other.users) &&
         Includes(groups, other.groups) && Includes(spaces, other.spaces) &&
         std::all_of(other.slices.begin(), other.slices.end(),
                     [&](const std::string& path) {
                       return std::any_of(slices.begin(), slices.end(),
                                          [&](const std::string& slice) {
                                            return Encloses(slice, path);
                                          });
                     });
}

void Who::Add(const Who& other) {
  everybody = everybody || other.everybody;
  Append(other.users, users);
  Append(other.groups, groups);
  Append(other.slices, slices);
  Append(other.spaces, spaces);
}

void Who::Sort() {
  SortOnce(users);
  SortOnce(groups);
  SortOnce(slices);
  SortOnce(spaces);
}

}  // namespace acceld::policy
