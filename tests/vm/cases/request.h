// What a case asks of the daemon, through libacceld.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/error.h"
#include "base/result.h"
#include "client/client.h"

namespace acceld::vm {

// Acquires `pipeline`, JSON text, on the guest's system bus. Errors: those of
// Client::Connect and Client::Acquire, and kInvalidArgument.
[[nodiscard]] Result<client::Lease> Acquire(
    const std::string& pipeline, const client::AcquireOptions& options = {});

// A pipeline of one stage "work" on the device whose `attribute` is `value`.
// `more`: further members of the stage, as ", \"sva\": \"required\"".
[[nodiscard]] std::string OneStage(const std::string& function,
                                   const std::string& attribute,
                                   const std::string& value,
                                   const std::string& more = {});

// Waits until what the daemon says to this process's user of its quarantine
// speaks, or does not any more speak, of the process; false after 30 s.
[[nodiscard]] bool QuarantineHasHolder(pid_t process);
[[nodiscard]] bool QuarantineHasNoHolder(pid_t process);

// An error, for people; "" where there is none.
template <typename T>
[[nodiscard]] std::string Why(const Result<T>& result) {
  if (result) return {};
  return std::string(ErrorCodeName(result.error().code)) + ": " +
         result.error().message;
}

}  // namespace acceld::vm
