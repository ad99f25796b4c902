#include "daemon/lease/random_id.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace acceld::daemon {

Result<std::string> MakeRandomId() {
  std::array<unsigned char, 16> random{};
  if (::getrandom(random.data(), random.size(), 0) !=
      static_cast<ssize_t>(random.size())) {
    return FailErrno("getrandom", errno);
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const unsigned char byte : random) {
    id.push_back(kDigits[byte >> 4]);
    id.push_back(kDigits[byte & 15]);
  }
  return id;
}

}  // namespace acceld::daemon
