// TextAgent: while it lives, polkit can ask the person at this terminal for a
// password, also where no desktop has an agent of its own (a console, ssh). It
// is polkit's pkttyagent. Single-threaded.
// Source: pkttyagent(1).
#pragma once

#include <sys/types.h>

#include <string>

namespace acceld::ctl {

class TextAgent {
 public:
  // Returns when polkit knows of the agent. Starts none where nobody can be
  // asked (standard input is no terminal), root asks, the bus is no system bus,
  // or pkttyagent is missing or not let: polkit then decides without a
  // password.
  [[nodiscard]] static TextAgent Start(const std::string& bus);
  TextAgent(TextAgent&& other) noexcept;
  TextAgent& operator=(TextAgent&&) = delete;
  ~TextAgent();

 private:
  explicit TextAgent(pid_t pid) : pid_(pid) {}
  pid_t pid_;  // 0: none
};

}  // namespace acceld::ctl
