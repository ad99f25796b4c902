#include "api/outcome.h"

#include <array>
#include <utility>

namespace acceld::api {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 3> kRefusals{{
    {ErrorCode::kUnsatisfiable, "unsatisfiable"},
    {ErrorCode::kBusy, "busy"},
    {ErrorCode::kDeadline, "timeout"},
}};

}  // namespace

std::string_view OutcomeOf(ErrorCode code) {
  for (const auto& [known, word] : kRefusals) {
    if (known == code) return word;
  }
  return kRefusals.front().second;
}

std::optional<ErrorCode> RefusalCodeOf(std::string_view outcome) {
  for (const auto& [code, word] : kRefusals) {
    if (word == outcome) return code;
  }
  return std::nullopt;
}

}  // namespace acceld::api
