// Containers that a real engine runs in the guest: podman with crun, as root or
// as an ordinary user, and in them container_visitor, which a case talks to.
#pragma once

#include <sys/types.h>

#include <string>

namespace acceld::vm {

// Where the containers' root file system is. A file that is nowhere else.
inline constexpr const char* kContainerMark = "/in-a-container";

// Makes their root file system, of the guest's own files, once; what engines
// read. Fails the case where it cannot.
void PrepareContainers();

// "podman ... run --rm ... OPTIONS --rootfs ... container_visitor", a shell
// command, as `user` runs it; control groups with a device controller where it
// is root. `name`: of the container.
[[nodiscard]] std::string RunVisitor(uid_t user, const std::string& name,
                                     const std::string& options);

// `command` in the user and mount namespaces that the containers of an ordinary
// user are in, where he is root.
[[nodiscard]] std::string InUsersNamespaces(uid_t user,
                                            const std::string& command);

// A shell command that ends up as the visitor, and the conversation with it.
class Container {
 public:
  // Starts it as `user`.
  Container(uid_t user, const std::string& command);
  // Ends its input, which ends the visitor; waits.
  ~Container();
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;

  // The visitor's answer, container_visitor.cc says to what. Where it is not
  // there, or does not answer within 60 s: what there is of its words, the
  // engine's complaint among them.
  [[nodiscard]] std::string Ask(const std::string& request);
  // The next line that is said without being asked for, likewise.
  [[nodiscard]] std::string Hear();
  // Waits for the command's end: its exit status, -1 for a signal.
  [[nodiscard]] int Wait();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
};

// Ends a container as `podman kill` does.
void KillContainer(uid_t user, const std::string& name);

}  // namespace acceld::vm
