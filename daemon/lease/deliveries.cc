#include "daemon/lease/deliveries.h"

#include <algorithm>
#include <utility>

#include "daemon/lease/random_id.h"

namespace acceld::daemon {

Result<std::string> Deliveries::Begin(uid_t user, const std::string& sender,
                                      std::size_t count) {
  std::size_t mine = 0;
  std::size_t all = 0;
  for (const Delivery& delivery : open_) {
    all += delivery.count;
    if (delivery.user == user) mine += delivery.count;
  }
  if (mine + count > kMaxPerUser || all + count > kMaxInAll) {
    return Fail(ErrorCode::kQuotaExceeded,
                "too many descriptors are on their way; call Acknowledge with "
                "the receipts of those that arrived, or let the session socket "
                "carry them");
  }
  ACCELD_TRY(std::string receipt, MakeRandomId());
  open_.push_back({receipt, user, sender, count});
  return receipt;
}

Status Deliveries::Acknowledge(uid_t user, const std::string& receipt) {
  const auto found =
      std::find_if(open_.begin(), open_.end(), [&](const Delivery& delivery) {
        return delivery.user == user && delivery.receipt == receipt;
      });
  if (found == open_.end()) {
    return Fail(ErrorCode::kNotFound, "no reply of Take has this receipt");
  }
  open_.erase(found);
  return {};
}

void Deliveries::Forget(const std::string& sender) {
  std::erase_if(open_, [&](const Delivery& delivery) {
    return delivery.sender == sender;
  });
}

bool Deliveries::IsWaitingFor(const std::string& sender) const {
  return std::any_of(open_.begin(), open_.end(), [&](const Delivery& delivery) {
    return delivery.sender == sender;
  });
}

}  // namespace acceld::daemon
