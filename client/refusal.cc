#include "client/refusal.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/outcome.h"
#include "base/json.h"

namespace acceld::client {
namespace {

// How the plan ended, where it ended in a refusal.
std::optional<ErrorCode> RefusedWith(const Document& answer) {
  const Document* outcome = answer.Find("outcome");
  const std::string* word = outcome == nullptr ? nullptr : outcome->AsString();
  return word == nullptr ? std::nullopt : api::RefusalCodeOf(*word);
}

std::string Lines(const Document& refusal, ErrorCode code) {
  std::string text =
      code == ErrorCode::kDeadline ? "" : "no placement meets the request";
  const Document* reasons = refusal.Find("reasons");
  if (reasons == nullptr || reasons->AsArray() == nullptr) return text;
  for (const Document& line : *reasons->AsArray()) {
    if (!text.empty()) text.push_back('\n');
    if (line.AsString() != nullptr) text.append(*line.AsString());
  }
  return text;
}

}  // namespace

Result<Document> PlacedOrRefused(Document answer, Document* refusal) {
  const auto code = RefusedWith(answer);
  if (!code) return answer;
  std::string text = Lines(answer, *code);
  if (refusal != nullptr) *refusal = std::move(answer);
  return Fail(*code, std::move(text));
}

Error TakeRefusal(Error error, Document* refusal) {
  const std::size_t end = error.message.rfind('\n');
  if (end == std::string::npos) return error;
  auto parsed = ParseJson(std::string_view(error.message).substr(end + 1));
  if (!parsed || RefusedWith(*parsed) != error.code) return error;
  error.message.resize(end);
  *refusal = *std::move(parsed);
  return error;
}

}  // namespace acceld::client
