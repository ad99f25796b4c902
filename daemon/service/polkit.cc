#include "daemon/service/polkit.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <utility>

#include "base/log.h"
#include "policy/user_database.h"

namespace acceld::daemon {
namespace {

constexpr const char* kName = "org.freedesktop.PolicyKit1";
constexpr const char* kPath = "/org/freedesktop/PolicyKit1/Authority";
constexpr const char* kInterface = "org.freedesktop.PolicyKit1.Authority";
constexpr const char* kUser = "polkitd";  // of its default build
constexpr std::uint32_t kAllowUserInteraction = 1;

struct MessageUnref {
  void operator()(sd_bus_message* message) const {
    sd_bus_message_unref(message);
  }
};
using Message = std::unique_ptr<sd_bus_message, MessageUnref>;

struct CredsUnref {
  void operator()(sd_bus_creds* creds) const { sd_bus_creds_unref(creds); }
};

Error Denied(const std::string& why) {
  return {ErrorCode::kPermissionDenied,
          "only root and the policy's administrators may do this, and whom "
          "polkit lets: " +
              why,
          0};
}

// On a bus of one's own anybody may call himself polkit: only root is, the user
// that the daemon itself is run by, and the one that polkit's own daemon
// becomes when it has started.
bool IsTrusted(sd_bus_message* reply) {
  sd_bus_creds* raw = nullptr;
  const int asked = sd_bus_query_sender_creds(reply, SD_BUS_CREDS_EUID, &raw);
  const std::unique_ptr<sd_bus_creds, CredsUnref> creds(raw);
  uid_t uid = 0;
  if (asked < 0 || sd_bus_creds_get_euid(creds.get(), &uid) < 0) return false;
  if (uid == 0 || uid == ::geteuid()) return true;
  const auto polkitd = policy::SystemUserDatabase().FindUser(kUser);
  return polkitd && *polkitd == uid;
}

}  // namespace

Polkit::~Polkit() {
  for (auto& [number, open] : open_) sd_bus_slot_unref(open.slot);
}

Status Polkit::Admit(uid_t user) const {
  if (open_.size() >= kMaxOpen) {
    return Fail(ErrorCode::kBusy, "too many wait for polkit");
  }
  const auto of_user =
      std::count_if(open_.begin(), open_.end(),
                    [&](const auto& open) { return open.second.user == user; });
  if (static_cast<std::size_t>(of_user) < kMaxOpenOfUser) return {};
  return Fail(ErrorCode::kQuotaExceeded,
              "too many calls of this user wait for polkit");
}

void Polkit::Ask(const Question& question, Answer answer) {
  if (auto admitted = Admit(question.user); !admitted) {
    answer(Fail(std::move(admitted.error())));
    return;
  }
  const std::uint64_t number = ++last_number_;
  Open& open = open_[number];
  open = {this, number, question.user, nullptr, nullptr};
  const int sent = Send(question, open);
  if (sent < 0) {
    open_.erase(number);
    answer(Fail(Denied("it cannot be asked")));
    return;
  }
  open.answer = std::move(answer);
}

int Polkit::Send(const Question& question, Open& open) {
  sd_bus_message* raw = nullptr;
  int error = sd_bus_message_new_method_call(bus_, &raw, kName, kPath,
                                             kInterface, "CheckAuthorization");
  const Message call(raw);
  if (error < 0) return error;
  const std::string action(PolkitName(question.action));
  error = sd_bus_message_append(
      call.get(), "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s",
      question.sender.c_str(), action.c_str(), 0,
      question.interactive ? kAllowUserInteraction : std::uint32_t{0},
      std::to_string(open.number).c_str());
  if (error < 0) return error;
  const auto patience =
      question.interactive ? patience_.interactive : patience_.silent;
  return sd_bus_call_async(
      bus_, &open.slot, call.get(),
      [](sd_bus_message* reply, void* data, sd_bus_error*) {
        const auto* asked = static_cast<Open*>(data);
        asked->polkit->OnReply(asked->number, reply);
        return 0;
      },
      &open, static_cast<std::uint64_t>(patience.count()));
}

void Polkit::OnReply(std::uint64_t number, sd_bus_message* reply) {
  const auto found = open_.find(number);
  if (found == open_.end()) return;
  const Answer answer = std::move(found->second.answer);
  const std::unique_ptr<sd_bus_slot, decltype(&::sd_bus_slot_unref)> slot(
      found->second.slot, ::sd_bus_slot_unref);
  open_.erase(found);
  if (sd_bus_message_is_method_error(reply, SD_BUS_ERROR_NO_REPLY) > 0) {
    Cancel(number);
  }
  try {
    answer(Read(reply));
  } catch (const std::exception& bug) {  // C frames are above
    Log(LogLevel::kError, "polkit_bug", {{"what", bug.what()}});
  }
}

Status Polkit::Read(sd_bus_message* reply) {
  if (const sd_bus_error* error = sd_bus_message_get_error(reply)) {
    Log(LogLevel::kWarning, "polkit_failed",
        {{"error", error->name},
         {"what", error->message == nullptr ? "" : error->message}});
    return Fail(Denied("it does not answer"));
  }
  int is_authorized = 0;
  int is_challenge = 0;
  const bool is_read =
      sd_bus_message_enter_container(reply, 'r', "bba{ss}") > 0 &&
      sd_bus_message_read(reply, "bb", &is_authorized, &is_challenge) > 0;
  if (!is_read || !IsTrusted(reply)) {
    Log(LogLevel::kWarning, "polkit_failed",
        {{"error", is_read ? "of a user who is not polkit" : "not an answer"}});
    return Fail(Denied("its answer is not to be trusted"));
  }
  if (is_authorized != 0) return {};
  return Fail(Denied(is_challenge != 0
                         ? "it would ask for a password, and nobody can be "
                           "asked"
                         : "it does not"));
}

void Polkit::Cancel(std::uint64_t number) {
  sd_bus_message* raw = nullptr;
  const int made = sd_bus_message_new_method_call(
      bus_, &raw, kName, kPath, kInterface, "CancelCheckAuthorization");
  const Message call(raw);
  if (made < 0) return;
  (void)sd_bus_message_append(call.get(), "s", std::to_string(number).c_str());
  (void)sd_bus_message_set_expect_reply(call.get(), 0);
  (void)sd_bus_message_set_auto_start(call.get(), 0);
  (void)sd_bus_send(bus_, call.get(), nullptr);
}

}  // namespace acceld::daemon
