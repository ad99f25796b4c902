#include "daemon/policy_reload.h"

#include <exception>
#include <utility>

#include "base/log.h"
#include "policy/diagnostic.h"
#include "policy/directory.h"

namespace acceld::daemon {
namespace {

// No user's: its turn does not come after devices that root gives back.
constexpr auto kReader = static_cast<uid_t>(-1);

Result<policy::CheckedPolicy> Check(const std::string& directory) {
  ACCELD_TRY(const auto sources, policy::ReadPolicyDirectory(directory));
  return policy::Policy::Check(sources);
}

// On a thread: what it throws ends this reload, not the daemon.
Result<policy::CheckedPolicy> CheckSafely(const std::string& directory) {
  try {
    return Check(directory);
  } catch (const std::exception& bug) {
    return Fail(ErrorCode::kInternal,
                std::string("reading the policy: ") + bug.what());
  }
}

void LogDiagnostic(LogLevel level, const char* event,
                   const policy::Diagnostic& diagnostic) {
  Log(level, event,
      {{"file", diagnostic.file},
       {"line", diagnostic.line},
       {"pointer", diagnostic.pointer},
       {"what", diagnostic.message}});
}

}  // namespace

void LogWarnings(const policy::Policy& policy) {
  for (const policy::Diagnostic& warning : policy.warnings()) {
    const bool is_note = warning.severity == policy::Severity::kNote;
    LogDiagnostic(is_note ? LogLevel::kInfo : LogLevel::kWarning,
                  is_note ? "policy_note" : "policy_warning", warning);
  }
}

PolicyReload::PolicyReload(OffLoop& off_loop, std::string directory,
                           Apply apply, Refused refused)
    : off_loop_(off_loop),
      directory_(std::move(directory)),
      apply_(std::move(apply)),
      refused_(std::move(refused)) {}

void PolicyReload::Start(Done done) {
  if (done && waiting_.size() == kMaxWaiting) {
    done(Fail(ErrorCode::kBusy, "too many wait for a reload of the policy"));
    return;
  }
  if (done) waiting_.push_back(std::move(done));
  is_wanted_ = true;
  if (!is_reading_) Read();
}

void PolicyReload::Read() {
  is_wanted_ = false;
  is_reading_ = true;
  running_ = std::exchange(waiting_, {});
  const auto read =
      std::make_shared<std::optional<Result<policy::CheckedPolicy>>>();
  auto submitted = off_loop_.Run(
      kReader,
      [read, directory = directory_] { *read = CheckSafely(directory); },
      [this, read] { OnRead(**std::move(read)); });
  if (!submitted) Refuse(std::move(submitted.error()));
}

void PolicyReload::OnRead(Result<policy::CheckedPolicy> read) {
  if (!read) {
    Log(LogLevel::kError, "policy_refused", {{"what", read.error().message}});
    Refuse(std::move(read.error()));
    return;
  }
  for (const policy::Diagnostic& error : read->errors) {
    LogDiagnostic(LogLevel::kError, "policy_refused", error);
  }
  if (read->policy == nullptr) {
    Refuse(policy::ToError(read->errors));
    return;
  }
  Answer(apply_(std::move(read->policy)));
}

void PolicyReload::Refuse(Error error) {
  refused_(error);
  Answer(Fail(std::move(error)));
}

void PolicyReload::Answer(const Result<ReloadReport>& answer) {
  const std::vector<Done> answered = std::exchange(running_, {});
  is_reading_ = false;
  for (const Done& done : answered) done(answer);
  if (is_wanted_ && !is_reading_) Read();
}

}  // namespace acceld::daemon
