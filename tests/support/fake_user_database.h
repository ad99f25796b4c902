// FakeUserDatabase: users and groups that a test makes up.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "policy/user_database.h"

namespace acceld::testing {

class FakeUserDatabase final : public policy::UserDatabase {
 public:
  FakeUserDatabase(std::map<std::string, uid_t> users,
                   std::map<std::string, gid_t> groups)
      : users_(std::move(users)), groups_(std::move(groups)) {}

  // From now on every question fails.
  void Break() { broken_ = true; }

  [[nodiscard]] Result<std::optional<uid_t>> FindUser(
      const std::string& name) const override {
    return Find(users_, name);
  }
  [[nodiscard]] Result<std::optional<gid_t>> FindGroup(
      const std::string& name) const override {
    return Find(groups_, name);
  }

 private:
  template <typename Id>
  [[nodiscard]] Result<std::optional<Id>> Find(
      const std::map<std::string, Id>& ids, const std::string& name) const {
    if (broken_) return Fail(ErrorCode::kIo, "broken");
    const auto found = ids.find(name);
    if (found == ids.end()) return std::optional<Id>();
    return std::optional<Id>(found->second);
  }

  std::map<std::string, uid_t> users_;
  std::map<std::string, gid_t> groups_;
  bool broken_ = false;
};

}  // namespace acceld::testing
