// The user and password that a scrape must name. A value; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace acceld::exporter {

class Password {
 public:
  // Of a text of one line, "USER:PASSWORD"; neither may be empty.
  // Errors: kInvalidArgument.
  [[nodiscard]] static Result<Password> Parse(std::string_view text);
  // Errors: those of Parse() and ReadTrustedFile(), kPermissionDenied where
  // users other than its owner's may read the file.
  [[nodiscard]] static Result<Password> Read(const std::string& path);

  // Takes as long for a wrong password as for the right one.
  [[nodiscard]] bool Admits(std::string_view user,
                            std::string_view password) const;

 private:
  Password(std::string user, std::string password)
      : user_(std::move(user)), password_(std::move(password)) {}
  std::string user_;
  std::string password_;
};

}  // namespace acceld::exporter
