// A program that a case starts in the guest: the daemon, or a tool whose output
// is waited for.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace acceld::vm {

class Program {
 public:
  // Starts argv[0], an absolute path. Fails the case where it cannot. What it
  // prints goes to a file that Says() reads.
  explicit Program(const std::vector<std::string>& argv);
  // Ends it with SIGTERM and waits.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Waits until it has printed `words`; false after 30 s.
  [[nodiscard]] bool Says(const std::string& words) const;
  [[nodiscard]] std::string output() const;
  [[nodiscard]] pid_t pid() const { return pid_; }
  // Ends it with SIGKILL and waits.
  void Kill();

 private:
  std::string file_;
  pid_t pid_ = -1;
};

// acceld on the guest's system bus, up and serving: a child of the case's, or
// the project's own service where the guest has systemd.
class Daemon {
 public:
  // `options`: more of them on its command line; not of a service.
  explicit Daemon(const std::vector<std::string>& options = {});

  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  [[nodiscard]] pid_t pid() const;
  [[nodiscard]] std::string log() const;
  // Waits for it in the log; false after 30 s.
  [[nodiscard]] bool Says(const std::string& words) const;
  // As a crash ends it: nothing of its own is undone.
  void Kill();

 private:
  std::optional<Program> program_;  // none: it is systemd's service
};

}  // namespace acceld::vm
