#include "integrations/kubernetes/dra/api_answer.h"

#include <string>

#include "base/json.h"
#include "base/utf8.h"

namespace acceld::dra {
namespace {

constexpr std::size_t kMaxShownBytes = 512;  // of the server's words

ErrorCode CodeOf(long status) {
  switch (status) {
    case 400:
    case 422:
      return ErrorCode::kInvalidArgument;
    case 401:
    case 403:
      return ErrorCode::kPermissionDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
      return ErrorCode::kStale;
    default:
      return ErrorCode::kUnavailable;
  }
}

// The message of a Status object, or what came instead.
std::string WordsOf(std::string_view body) {
  const auto status = ParseJson(body);
  const Document* message = status && status->AsObject() != nullptr
                                ? status->Find("message")
                                : nullptr;
  const auto* text = message == nullptr ? nullptr : message->AsString();
  return Printable(text == nullptr ? body : std::string_view(*text),
                   kMaxShownBytes);
}

}  // namespace

Result<Document> ReadAnswer(long status, std::string_view body) {
  if (status < 200 || status > 299) {
    return Fail(CodeOf(status), "the API server: " + std::to_string(status) +
                                    ": " + WordsOf(body));
  }
  constexpr JsonLimits kLimits{.bytes = kMaxAnswerBytes,
                               .depth = 64,
                               .elements = std::size_t{1} << 20,
                               .string_bytes = std::size_t{1} << 20};
  auto document = ParseJson(body, kLimits);
  if (document && document->AsObject() != nullptr) return document;
  return Fail(
      ErrorCode::kCorruptInput,
      "the API server: no JSON object: " +
          (document ? std::string("another value") : document.error().message));
}

}  // namespace acceld::dra
