#include "daemon/lease/quarantine.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.h"
#include "base/units.h"

namespace acceld::daemon {
namespace {

// "1203 (train), 1207 (train)"
std::string Named(const std::vector<Holder>& holders) {
  std::string text;
  for (const Holder& holder : holders) {
    if (!text.empty()) text.append(", ");
    text.append(std::to_string(holder.pid)).append(" (");
    text.append(holder.name).append(")");
  }
  return text;
}

}  // namespace

struct Quarantine::Entry {
  Stay stay;
  std::unique_ptr<Binding> binding;  // with the attempt while one is running
  std::function<void()> freed;
  std::function<void()> given_back;  // may be null
  std::chrono::milliseconds wait = kFirstWait;
  EventLoop::Source timer;
  bool is_resting = false;  // given back already
};

// One look at a device, and what came of it.
struct Quarantine::Attempt {
  std::vector<Holder> holders;
  std::string trouble;
  bool is_given_back = false;

  void Run(const Origin& origin, Binding& binding) {
    try {
      if (origin.unread != nullptr && origin.unread->any()) {
        trouble = "the client has not read its grants";
        return;
      }
      auto found = binding.FindHolders();
      if (!found) {
        trouble = std::move(found.error().message);
        return;
      }
      holders = *std::move(found);
      if (!holders.empty()) return;
      if (auto restored = binding.Restore(); !restored) {
        trouble = std::move(restored.error().message);
      } else {
        is_given_back = true;
      }
    } catch (const std::exception& bug) {
      trouble = bug.what();
    }
  }
};

void Quarantine::Take(Origin origin, std::unique_ptr<Binding> binding,
                      std::function<void()> freed,
                      std::function<void()> given_back) {
  binding->Revoke();
  auto entry = std::make_shared<Entry>();
  entry->stay.origin = std::move(origin);
  entry->stay.since = clock_.Now();
  entry->binding = std::move(binding);
  entry->freed = std::move(freed);
  entry->given_back = std::move(given_back);
  entries_.push_back(entry);
  Try(entry);
}

void Quarantine::Try(const std::shared_ptr<Entry>& entry) {
  auto attempt = std::make_shared<Attempt>();
  const Status started = off_loop_.Run(
      entry->stay.origin.owner.uid,
      [entry, attempt] { attempt->Run(entry->stay.origin, *entry->binding); },
      [this, entry, attempt] { OnTried(entry, std::move(*attempt)); });
  if (started) return;
  entry->stay.trouble = started.error().message;
  Wait(entry);
}

void Quarantine::OnTried(const std::shared_ptr<Entry>& entry, Attempt attempt) {
  Stay& stay = entry->stay;
  if (attempt.is_given_back) {
    Log(LogLevel::kDebug, "device_given_back",
        {{"device", stay.origin.device}, {"lease", stay.origin.lease}});
    Rest(entry);
    return;
  }
  // Said when it changes: a process that stays would fill the log.
  if (attempt.holders != stay.holders && !attempt.holders.empty()) {
    Log(LogLevel::kWarning, "device_held",
        {{"device", stay.origin.device},
         {"lease", stay.origin.lease},
         {"by", Named(attempt.holders)}});
  }
  if (attempt.trouble != stay.trouble && !attempt.trouble.empty()) {
    Log(LogLevel::kWarning, "device_not_given_back",
        {{"device", stay.origin.device},
         {"lease", stay.origin.lease},
         {"what", attempt.trouble}});
  }
  stay.holders = std::move(attempt.holders);
  stay.trouble = std::move(attempt.trouble);
  Wait(entry);
}

void Quarantine::Rest(const std::shared_ptr<Entry>& entry) {
  const auto rest =
      std::chrono::ceil<std::chrono::microseconds>(entry->stay.origin.rest);
  entry->is_resting = true;
  entry->stay.holders.clear();
  if (entry->given_back) entry->given_back();
  if (!rests_ || rest.count() <= 0) {
    Free(entry);
    return;
  }
  entry->stay.trouble = "the policy lets it rest for " +
                        ToString(Nanoseconds(entry->stay.origin.rest.count())) +
                        " before it is leased again";
  const std::weak_ptr<Entry> mine = entry;
  auto timer = off_loop_.After(rest, [this, mine] {
    if (const auto due = mine.lock()) Free(due);
  });
  if (timer) {
    entry->timer = *std::move(timer);
    return;
  }
  Log(LogLevel::kError, "quarantine_stuck",
      {{"device", entry->stay.origin.device}, {"what", timer.error().message}});
}

void Quarantine::Free(const std::shared_ptr<Entry>& entry) {
  entries_.remove(entry);
  entry->freed();
}

void Quarantine::EndRests() {
  rests_ = false;
  const auto entries = entries_;  // Free() changes them
  for (const auto& entry : entries) {
    if (entry->is_resting) Free(entry);
  }
}

void Quarantine::Wait(const std::shared_ptr<Entry>& entry) {
  const auto delay = entry->wait;
  entry->wait = std::min(2 * entry->wait, kLongestWait);
  const std::weak_ptr<Entry> mine = entry;
  auto timer = off_loop_.After(delay, [this, mine] {
    if (const auto due = mine.lock()) Try(due);
  });
  if (timer) {
    entry->timer = *std::move(timer);
    return;
  }
  // No timer: the device stays taken, which is safe.
  Log(LogLevel::kError, "quarantine_stuck",
      {{"device", entry->stay.origin.device}, {"what", timer.error().message}});
}

std::vector<Quarantine::Stay> Quarantine::StaysOn(
    const std::string& device) const {
  std::vector<Stay> stays = Stays();
  std::erase_if(stays,
                [&](const Stay& stay) { return stay.origin.device != device; });
  return stays;
}

std::vector<Quarantine::Stay> Quarantine::Stays() const {
  std::vector<Stay> stays;
  for (const auto& entry : entries_) stays.push_back(entry->stay);
  return stays;
}

}  // namespace acceld::daemon
