// RealPolkit: the machine's own polkitd on a bus of the test's own, with
// actions and rules of the test's own. They are mounted where polkitd looks, in
// a mount namespace that ends with it. Needs root. Tests only.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {

class RealPolkit {
 public:
  // `config` of a bus on which polkitd may be what it is.
  [[nodiscard]] static std::string BusConfig();

  // Returns at once: polkitd takes its name on the bus when it is ready.
  // `actions` is the text of a file of actions, `rules` one of rules, in
  // JavaScript. Errors: kNotFound (no polkitd on this machine), kUnsupported
  // (no mount namespaces here).
  [[nodiscard]] static Result<std::unique_ptr<RealPolkit>> Start(
      const std::string& address, std::string_view actions,
      std::string_view rules);
  ~RealPolkit();
  RealPolkit(const RealPolkit&) = delete;
  RealPolkit& operator=(const RealPolkit&) = delete;

 private:
  RealPolkit() = default;
  // In the child; returns where it fails, with errno.
  void Become(const std::string& address) const;

  TempDir files_;
  pid_t pid_ = -1;
};

}  // namespace acceld::testing
