// Polkit: asks the machine's authority whether a caller may do what acceld's
// policy leaves to the administrator. No answer is a refusal: where polkit is
// not there, fails, or does not answer in time, nobody is let through.
//
// Loop thread only; no call waits.
// Source: polkit reference manual, org.freedesktop.PolicyKit1.Authority:
// CheckAuthorization(), subject kind "system-bus-name".
#pragma once

#include <sys/types.h>
#include <systemd/sd-bus.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/result.h"
#include "daemon/action.h"

namespace acceld::daemon {

class Polkit {
 public:
  // How many questions may be open, of all callers and of one user.
  static constexpr std::size_t kMaxOpen = 64;
  static constexpr std::size_t kMaxOpenOfUser = 4;

  struct Patience {
    std::chrono::microseconds silent = std::chrono::seconds(10);
    // A person is to type a password.
    std::chrono::microseconds interactive = std::chrono::minutes(2);
  };

  // `bus` is the one that callers are on: the unique names of another would be
  // somebody else's. It must outlive this.
  explicit Polkit(sd_bus* bus) : Polkit(bus, Patience()) {}
  Polkit(sd_bus* bus, Patience patience) : bus_(bus), patience_(patience) {}
  // Answers nobody any more.
  ~Polkit();
  Polkit(const Polkit&) = delete;
  Polkit& operator=(const Polkit&) = delete;

  struct Question {
    Action action{};
    std::string sender;        // unique bus name of the caller
    uid_t user = 0;            // of the caller
    bool interactive = false;  // it says that a person may be asked
  };
  using Answer = std::function<void(Status)>;
  // Answers in the loop, at once where the question cannot be asked.
  // Errors: kPermissionDenied, kQuotaExceeded (the user has too many open),
  // kBusy (everybody has).
  void Ask(const Question& question, Answer answer);

 private:
  struct Open {
    Polkit* polkit = nullptr;
    std::uint64_t number = 0;
    uid_t user = 0;
    Answer answer;
    sd_bus_slot* slot = nullptr;
  };
  [[nodiscard]] Status Admit(uid_t user) const;
  // Negative errno where it could not be sent.
  [[nodiscard]] int Send(const Question& question, Open& open);
  void OnReply(std::uint64_t number, sd_bus_message* reply);
  [[nodiscard]] Status Read(sd_bus_message* reply);
  // Takes the dialog away that nobody waits for any more.
  void Cancel(std::uint64_t number);

  sd_bus* bus_;
  const Patience patience_;
  std::uint64_t last_number_ = 0;
  std::map<std::uint64_t, Open> open_;
};

}  // namespace acceld::daemon
