#include "client/lease_watch.h"

#include <utility>

#include "base/document.h"

namespace acceld::client {

Result<LeaseWatch> LeaseWatch::Open(const std::string& bus, bool all) {
  ACCELD_TRY(SignalWatch signals,
             SignalWatch::Open(bus, {{"LeasesChanged"},
                                     "WatchLeases",
                                     Document::Object{{"all", all}}}));
  return LeaseWatch(std::move(signals));
}

Result<bool> LeaseWatch::Next() {
  ACCELD_TRY(const SignalWatch::News news, signals_.Next());
  return std::exchange(is_first_, false) || news.changed || news.left;
}

}  // namespace acceld::client
