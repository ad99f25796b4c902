#include "tests/vm/cases/request.h"

#include <chrono>
#include <thread>

#include "base/document.h"
#include "base/json.h"

namespace acceld::vm {

namespace {

constexpr auto kPatience = std::chrono::seconds(120);
constexpr auto kPause = std::chrono::milliseconds(100);

bool IsHolder(pid_t process) {
  auto client = client::Client::Connect({});
  if (!client) return false;
  const auto stays = client->Property("Quarantine");
  if (!stays) return false;
  const std::string pid = "\"pid\":" + std::to_string(process) + ",";
  const std::string last = "\"pid\":" + std::to_string(process) + "}";
  const std::string text = PrintJson(*stays, JsonStyle::kCompact);
  return text.find(pid) != std::string::npos ||
         text.find(last) != std::string::npos;
}

bool WaitForHolder(pid_t process, bool wanted) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (IsHolder(process) != wanted) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

}  // namespace

bool QuarantineHasHolder(pid_t process) { return WaitForHolder(process, true); }

bool QuarantineHasNoHolder(pid_t process) {
  return WaitForHolder(process, false);
}

Result<client::Lease> Acquire(const std::string& pipeline,
                              const client::AcquireOptions& options) {
  ACCELD_TRY(const Document request, ParseJson(pipeline));
  ACCELD_TRY(client::Client client, client::Client::Connect({}));
  return client.Acquire(request, nullptr, options);
}

std::string OneStage(const std::string& function, const std::string& attribute,
                     const std::string& value, const std::string& more) {
  return R"({"stages": [{"name": "work", "function": ")" + function +
         R"(", "select": [{"attribute": ")" + attribute + R"(", "equals": ")" +
         value + R"("}])" + more + "}]}";
}

}  // namespace acceld::vm
