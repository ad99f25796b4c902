#include "tests/integration/podman/podman_machine.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <string_view>

namespace acceld::testing {
namespace {

// For a polkit of the test's own.
constexpr std::string_view kPolkitPolicy = R"(
  <policy user="root"><allow own="org.freedesktop.PolicyKit1"/></policy>
  <policy context="default">
    <allow send_destination="org.freedesktop.PolicyKit1"/>
  </policy>)";

std::string Quoted(const std::string& command) {
  std::string quoted = "'";
  for (const char c : command) {
    quoted.append(c == '\'' ? "'\\''" : std::string(1, c));
  }
  return quoted + "'";
}

// What a container needs of the machine, for this process and its children:
// engines read /run/cdi alone, and crun knows control groups of one version.
// Returns why it cannot be made, or "".
std::string EnterNamespace() {
  const auto problem = [](const char* what) {
    return std::string(what) + ": " + std::strerror(errno);  // NOLINT
  };
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return problem("a mount namespace");
  }
  if (::mount("none", "/run", "tmpfs", 0, "mode=0755") != 0) {
    return problem("a /run of its own");
  }
  if (::mount("none", "/sys/fs/cgroup", "cgroup2", 0, nullptr) != 0) {
    return problem("control groups (cgroup2)");
  }
  for (const char* directory : {"/run/cdi", "/run/acceld"}) {
    if (::mkdir(directory, 0755) != 0) return problem(directory);
  }
  return {};
}

}  // namespace

void PodmanMachine::SetUp() {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, for namespaces and users";
  if (Shell("command -v podman crun").status != 0) {
    GTEST_SKIP() << "podman and crun are not installed";
  }
  // Once for all tests of the process.
  static const std::string trouble = EnterNamespace();
  if (!trouble.empty()) GTEST_SKIP() << "no containers here: " << trouble;
  const std::string policy = std::string(kSystemPolicy) + "<include>" +
                             Runfile("configs/dbus/org.acceld1.conf") +
                             "</include>" + std::string(kPolkitPolicy);
  Serve({"--runtime-directory=/run/acceld"}, policy);
  ASSERT_EQ(::chmod(directory_.path().c_str(), 0755), 0);
  MakeRoot();
  if (HasFatalFailure()) return;
  const Finished tried = Shell(AsUser(Podman(kUser) + "run " + RunOptions() +
                                      Root() + " /bin/accelctl --version"));
  if (tried.status != 0) {
    GTEST_SKIP() << "no container of an ordinary user runs here: "
                 << tried.output;
  }
}

// accelctl and the libraries that it is linked with, the user's own.
void PodmanMachine::MakeRoot() {
  const std::string root = directory_.At("root");
  const std::string program = Runfile("client/ctl/accelctl");
  const Finished made = Shell(
      "set -e; mkdir -p " + root + "/bin " + root + "/proc " + root + "/dev " +
      root + "/sys " + root + "/tmp " + root + "/run " + root + "/etc; cp -L " +
      program + " " + root + "/bin/accelctl; cp -L " +
      Runfile("configs/pipelines/compress-digest.json") + " " + root +
      "/pipeline.json; for tool in /bin/sleep /bin/stat /bin/cat; do cp -L "
      "$tool " +
      root + "/bin; done; ldd " + program +
      " /bin/sleep /bin/stat | grep -o '/[^ ]*\\.so[^ ]*' | sort -u | while "
      "read -r library; do mkdir -p " +
      root +
      "$(dirname $library); cp -L "
      "$library " +
      root + "$library; done; mkdir " + directory_.At("home") + " " +
      directory_.At("user") + "; cp " + root + "/pipeline.json " +
      directory_.path() + "; cp " + root + "/bin/accelctl " +
      directory_.path() + "; chown -R 65534:65534 " + root + " " +
      directory_.At("home") + " " + directory_.At("user"));
  ASSERT_EQ(made.status, 0) << made.output;
  // Debian's engine asks for more open files than a container may have that
  // runs in a container itself.
  directory_.AddFile("containers.conf", "[containers]\ndefault_ulimits = []\n");
}

void PodmanMachine::TearDown() {
  if (daemon_ != nullptr) EndContainers();
  writer_.reset();
}

void PodmanMachine::EndContainers() {
  for (const uid_t user : {uid_t{0}, kUser}) {
    const std::string command = Podman(user) + "rm --all --force --time 0";
    (void)Shell(user == 0 ? command : AsUser(command));
  }
  (void)Shell(AsUser(Podman(kUser) + "system migrate"));
}

void PodmanMachine::StartWriter(uid_t user) {
  ASSERT_EQ(::chown("/run/cdi", user, user), 0);
  const std::string id = std::to_string(user);
  auto writer = RunningProgram::Start(
      {"/usr/bin/setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups",
       directory_.At("accelctl"), "--bus=" + bus_->address(), "cdi", "sync",
       "--all", "--watch"});
  ASSERT_TRUE(writer) << writer.error().message;
  writer_ = *std::move(writer);
}

std::string PodmanMachine::Accelctl() const {
  return directory_.At("accelctl") + " '--bus=" + bus_->address() + "' ";
}

std::string PodmanMachine::Podman(uid_t user) const {
  const std::string place =
      directory_.path() + (user == 0 ? "/containers" : "/user/containers");
  return "env CONTAINERS_CONF=" + directory_.At("containers.conf") +
         " podman --log-level=error --root " + place + "/storage --runroot " +
         place +
         "/run --storage-driver vfs --cgroup-manager cgroupfs "
         "--events-backend none --runtime crun ";
}

std::string PodmanMachine::RunOptions() {
  return "--rm --network none --cgroups=disabled --ulimit nofile=1024:1024 "
         "--ulimit nproc=1024:1024 ";
}

std::string PodmanMachine::Root() const {
  return "--rootfs " + directory_.At("root");
}

std::string PodmanMachine::AsUser(const std::string& command) const {
  const std::string home = directory_.At("home");
  return "setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=" + home +
         " XDG_RUNTIME_DIR=" + home + " USER=nobody sh -c " +
         Quoted("cd " + home + "; " + command);
}

std::string PodmanMachine::Pipeline() const {
  return directory_.At("pipeline.json");
}

std::string PodmanMachine::Work() {
  return " /bin/accelctl demo --inherited --pipeline /pipeline.json --size "
         "2MiB";
}

std::string PodmanMachine::RunByCdi(const std::string& options) const {
  return Accelctl() + "run -p " + Pipeline() + " --cdi " + options + " -- ";
}

bool PodmanMachine::Leaves() {
  client::Client client = Connect();
  return Eventually([&] { return CountLeases(client) == 0; });
}

std::string PodmanMachine::OnlyLease() {
  client::Client client = Connect();
  const auto leases = client.ListLeases();
  if (!leases || leases->AsArray()->size() != 1) return {};
  const std::string& path =
      *leases->AsArray()->front().Find("lease")->AsString();
  return path.substr(path.rfind('/') + 1);
}

}  // namespace acceld::testing
