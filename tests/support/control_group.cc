#include "tests/support/control_group.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

namespace acceld::testing {
namespace {

// Where the unified hierarchy is mounted; empty where it is not.
std::string FindMount() {
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string device;
    std::string place;
    std::string type;
    words >> device >> place >> type;
    if (type == "cgroup2") return place;
  }
  return {};
}

}  // namespace

Result<ControlGroup> ControlGroup::Make(const std::string& path) {
  std::string mount = FindMount();
  if (mount.empty()) {
    return Fail(ErrorCode::kNotFound, "no cgroup v2 is mounted");
  }
  ControlGroup group(std::move(mount), path);
  for (std::size_t end = 1; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string part = group.mount_ + path.substr(0, end);
    if (::mkdir(part.c_str(), 0755) != 0 && errno != EEXIST) {
      return FailErrno("make the control group " + part, errno);
    }
  }
  return group;
}

ControlGroup::ControlGroup(ControlGroup&& other) noexcept
    : mount_(std::exchange(other.mount_, {})),
      path_(std::exchange(other.path_, {})) {}

ControlGroup::~ControlGroup() {
  // Those around it stay while another is inside of them.
  while (!mount_.empty() && !path_.empty() &&
         ::rmdir((mount_ + path_).c_str()) == 0) {
    path_.resize(path_.rfind('/'));
  }
}

Status ControlGroup::Enter() const {
  std::ofstream processes(mount_ + path_ + "/cgroup.procs");
  processes << ::getpid() << std::flush;
  if (!processes) return FailErrno("enter the control group", errno);
  return {};
}

}  // namespace acceld::testing
