#include "integrations/kubernetes/announcements/announcements.h"

#include "base/log.h"

namespace acceld::kubernetes {

void Announcements::Open() {
  if (watch_) return;
  auto watch = client::AvailabilityWatch::Open(bus_);
  if (watch) {
    watch_.emplace(*std::move(watch));
    reason_.clear();
    return;
  }
  const std::string& reason = watch.error().message;
  if (std::exchange(reason_, reason) == reason) return;
  Log(LogLevel::kWarning, "nothing_announced", {{"reason", reason}});
}

bool Announcements::Next() {
  if (!watch_) return false;
  const auto news = watch_->Next();
  if (news) return news->changed || news->left;
  watch_.reset();
  Open();
  return true;
}

}  // namespace acceld::kubernetes
