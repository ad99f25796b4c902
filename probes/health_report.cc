#include "probes/health_report.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace acceld::probes {
namespace {

std::string Join(const std::vector<std::string>& parts,
                 std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text.append(separator);
    text.append(part);
  }
  return text;
}

}  // namespace

void HealthReport::Include(const HealthReport& other,
                           const std::string& whose) {
  state_ = std::max(state_, other.state_);
  for (const std::string& reason : other.reasons_) {
    reasons_.push_back(whose + ": " + reason);
  }
  for (const std::string& source : other.sources_) {
    if (std::find(sources_.begin(), sources_.end(), source) == sources_.end()) {
      sources_.push_back(source);
    }
  }
}

std::string_view HealthReport::Name() const {
  constexpr std::array<std::string_view, 4> kNames = {"", "ok", "degraded",
                                                      "failed"};
  return kNames[static_cast<std::size_t>(state_)];
}

void HealthReport::AddTo(FactSet& facts, const std::string& key) const {
  if (state_ == State::kUnknown) return;
  const Provenance from{Evidence::kComputed, Join(sources_, ", ")};
  facts.AddAttribute(key, attr::kHealth, std::string(Name()), from);
  if (state_ == State::kOk) return;
  facts.AddAttribute(key, attr::kHealthReason, Join(reasons_, "; "), from);
}

void HealthReport::Add(State state, std::string reason,
                       const std::string& path) {
  state_ = std::max(state_, state);
  if (!reason.empty()) reasons_.push_back(std::move(reason));
  std::string source = "/" + path;
  if (std::find(sources_.begin(), sources_.end(), source) == sources_.end()) {
    sources_.push_back(std::move(source));
  }
}

}  // namespace acceld::probes
