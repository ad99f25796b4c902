// UserDatabase: turns names of users and groups into numbers. The seam between
// the policy compiler and the machine's user database.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.h"

namespace acceld::policy {

class UserDatabase {
 public:
  virtual ~UserDatabase() = default;
  // Nothing where there is no such user or group.
  // Errors: kIo where the database cannot be asked.
  [[nodiscard]] virtual Result<std::optional<uid_t>> FindUser(
      const std::string& name) const = 0;
  [[nodiscard]] virtual Result<std::optional<gid_t>> FindGroup(
      const std::string& name) const = 0;
};

// The machine's own, through the name service switch. Thread-safe; may wait
// for a network directory.
class SystemUserDatabase final : public UserDatabase {
 public:
  [[nodiscard]] Result<std::optional<uid_t>> FindUser(
      const std::string& name) const override;
  [[nodiscard]] Result<std::optional<gid_t>> FindGroup(
      const std::string& name) const override;
};

}  // namespace acceld::policy
