// HealthReport: the health of one device, where several files speak of it. The
// worst counts, and every reason is kept.
// A value that a probe fills; no threading rule.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probes/fact.h"

namespace acceld::probes {

class HealthReport {
 public:
  // `path` is the file that says so, relative to the root.
  void Ok(const std::string& path) { Add(State::kOk, {}, path); }
  // It works, less well than it should; or it comes back by itself.
  void Degraded(std::string reason, const std::string& path) {
    Add(State::kDegraded, std::move(reason), path);
  }
  // It does not work.
  void Failed(std::string reason, const std::string& path) {
    Add(State::kFailed, std::move(reason), path);
  }
  // All that `other` says, of this device too. `whose` goes before its reasons
  // ("its physical function 0000:6b:00.0").
  void Include(const HealthReport& other, const std::string& whose);

  // "ok", "degraded" or "failed"; empty where no file spoke.
  [[nodiscard]] std::string_view Name() const;
  // Adds health and, unless it is ok, health_reason to `key`. Nothing where no
  // file spoke.
  void AddTo(FactSet& facts, const std::string& key) const;

 private:
  enum class State { kUnknown, kOk, kDegraded, kFailed };

  void Add(State state, std::string reason, const std::string& path);

  State state_ = State::kUnknown;
  std::vector<std::string> reasons_;  // in the order in which they were given
  std::vector<std::string> sources_;  // each once
};

}  // namespace acceld::probes
