// Descriptors that are on their way in replies of Take, until they are proven
// to have arrived. A bus stops reading a service that has too many descriptors
// queued for slow readers (dbus-daemon: max_incoming_unix_fds, 64), which would
// be an outage for everybody; so they are counted, and a client proves that it
// reads by the receipt that lies in each reply. Loop thread only.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace acceld::daemon {

class Deliveries {
 public:
  // One reply's worth, so that any lease can be taken.
  static constexpr std::size_t kMaxPerUser = 16;
  // Room for three users at once, and to spare below the bus's own limit.
  static constexpr std::size_t kMaxInAll = 48;

  // Enters `count` descriptors for `user`'s connection `sender`; the receipt
  // goes into the reply. Errors: kQuotaExceeded (acknowledge first), kIo.
  [[nodiscard]] Result<std::string> Begin(uid_t user, const std::string& sender,
                                          std::size_t count);
  // The reply with this receipt was read. Errors: kNotFound (no such receipt
  // of this user).
  [[nodiscard]] Status Acknowledge(uid_t user, const std::string& receipt);
  // The connection is gone, and with it what was queued for it.
  void Forget(const std::string& sender);
  [[nodiscard]] bool IsWaitingFor(const std::string& sender) const;

 private:
  struct Delivery {
    std::string receipt;
    uid_t user;
    std::string sender;
    std::size_t count;
  };
  std::vector<Delivery> open_;
};

}  // namespace acceld::daemon
