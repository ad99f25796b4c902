#include "probes/recording/recorded_root.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "probes/recording/unpack.h"

namespace acceld::recording {
namespace {

// Where in an unpacked archive the machine is: at its root, or in the one
// directory that there is.
Result<SysRoot> FindMachine(const std::string& directory) {
  ACCELD_TRY(SysRoot root, SysRoot::Open(directory));
  if (root.Exists("sys")) return root;
  ACCELD_TRY(const std::vector<std::string> names, root.List("."));
  if (names.size() != 1 || !root.Exists(names.front() + "/sys")) return root;
  return SysRoot::Open(directory + "/" + names.front());
}

}  // namespace

Result<RecordedRoot> RecordedRoot::Open(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return FailErrno(path, errno);
  if (!S_ISREG(status.st_mode)) {
    ACCELD_TRY(SysRoot root, SysRoot::Open(path));
    ACCELD_TRY_VOID(CheckHoldsMachine(root, path));
    return RecordedRoot(std::nullopt, std::move(root));
  }
  ACCELD_TRY(TemporaryTree tree, TemporaryTree::Make());
  const UniqueFd directory(
      ::open(tree.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return FailErrno(tree.path(), errno);
  ACCELD_TRY_VOID(Unpack(path, directory));
  ACCELD_TRY(SysRoot root, FindMachine(tree.path()));
  ACCELD_TRY_VOID(CheckHoldsMachine(root, path));
  return RecordedRoot(std::move(tree), std::move(root));
}

Status CheckHoldsMachine(const SysRoot& root, const std::string& path) {
  if (root.is_live() || root.Exists("sys/.")) return {};
  return Fail(ErrorCode::kInvalidArgument,
              path +
                  " is no recorded machine: it has no directory sys "
                  "(expected is a folder with sys/ and proc/, or an archive "
                  "of one, as `accel-topo gather` makes it)");
}

}  // namespace acceld::recording
