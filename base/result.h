// Result<T>: a value or a fault. std::expected's semantics today by way of
// tl::expected; becomes std::expected with C++23.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "base/error.h"

namespace acceld {

template <typename T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> Fail(ErrorCode code,
                                                std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), 0});
}

[[nodiscard]] inline tl::unexpected<Error> Fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

[[nodiscard]] inline tl::unexpected<Error> FailErrno(std::string_view what,
                                                     int sys_errno) {
  return tl::unexpected<Error>(ErrnoError(what, sys_errno));
}

}  // namespace acceld

#define ACCELD_CONCAT_INNER(a, b) a##b
#define ACCELD_CONCAT(a, b) ACCELD_CONCAT_INNER(a, b)
#define ACCELD_TRY_IMPL(tmp, declaration, expression)      \
  auto tmp = (expression);                                 \
  if (!tmp) return ::acceld::Fail(std::move(tmp.error())); \
  declaration = *std::move(tmp)

// ACCELD_TRY(auto x, Expr()): declares x from the value, or returns the fault.
#define ACCELD_TRY(declaration, expression) \
  ACCELD_TRY_IMPL(ACCELD_CONCAT(acceld_try_, __LINE__), declaration, expression)

// ACCELD_TRY_VOID(Expr()): returns the fault of a Status, if it has one.
#define ACCELD_TRY_VOID(expression)                            \
  do {                                                         \
    auto acceld_status = (expression);                         \
    if (!acceld_status)                                        \
      return ::acceld::Fail(std::move(acceld_status.error())); \
  } while (false)
