// What an API server answered: JSON of an object, or of why not. Its bytes are
// taken for hostile. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/document.h"
#include "base/result.h"

namespace acceld::dra {

inline constexpr std::size_t kMaxAnswerBytes = std::size_t{16} << 20;

// The object of a status 2xx. Another status is a fault with the server's own
// words: kNotFound (404), kStale (409), kPermissionDenied (401, 403),
// kInvalidArgument (400, 422), kUnavailable (the others). Errors also:
// kCorruptInput (no JSON object within bounds).
[[nodiscard]] Result<Document> ReadAnswer(long status, std::string_view body);

}  // namespace acceld::dra
