#include "probes/hwloc_guard.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/cpu_list.h"
#include "base/sys_root.h"
#include "base/unique_fd.h"
#include "base/utf8.h"

namespace acceld::probes {
namespace {

constexpr off_t kLongestFile = off_t{16} << 20;  // cpuinfo of 4,000 CPUs: 6 MB
constexpr int kMostLevels = 64;                  // sysfs has 25
constexpr std::size_t kMostNames = 4'000'000;
constexpr std::size_t kMostDigits = 5;  // of a CPU's or a node's number

struct DirectoryCloser {
  void operator()(DIR* directory) const { (void)::closedir(directory); }
};

// "node1000000000", "cpu99999999"
bool HasAbsurdNumber(std::string_view name) {
  const std::size_t prefix = name.starts_with("node")  ? 4
                             : name.starts_with("cpu") ? 3
                                                       : name.size();
  const std::string_view digits = name.substr(prefix);
  return digits.size() > kMostDigits &&
         digits.find_first_not_of("0123456789") == std::string_view::npos;
}

class Search {
 public:
  // `tree` is open as `root`.
  Search(std::string_view tree, const UniqueFd& root)
      : root_(root), path_(tree), tree_size_(tree.size()) {}

  std::optional<HwlocHazard> Run() && {
    struct statfs about {};
    const bool kernels =
        ::fstatfs(root_.get(), &about) == 0 &&
        (about.f_type == SYSFS_MAGIC || about.f_type == PROC_SUPER_MAGIC);
    if (!kernels) Walk(root_.get(), ".", 0);
    return std::move(found_);
  }

 private:
  void Report(std::string what, ErrorCode code = ErrorCode::kCorruptInput) {
    found_ = HwlocHazard{Printable("/" + path_, 512),
                         {code, "hwloc is not run: " + std::move(what), 0}};
  }

  // The directory `name` of `above`; `path_` leads to it.
  void Walk(int above, const char* name, int level) {
    UniqueFd fd(
        ::openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid()) return;  // not there, or not for hwloc either
    if (level == kMostLevels) return Report("directories that deep");
    const std::unique_ptr<DIR, DirectoryCloser> names(::fdopendir(fd.get()));
    if (names == nullptr) return Report("cannot be listed", ErrorCode::kIo);
    const int directory = fd.Release();  // closed with the stream
    const std::size_t size = path_.size();
    // readdir is safe here: nobody else uses this stream.
    while (const dirent* entry = ::readdir(names.get())) {  // NOLINT
      const std::string_view next(entry->d_name);
      if (next == "." || next == "..") continue;
      path_.append("/").append(next);
      if (++names_ > kMostNames) return Report("too many files");
      Look(directory, *entry, level);
      if (found_) return;  // path_ is no longer needed
      path_.resize(size);
    }
  }

  // A tree has ten thousand names: what the directory says of one is not
  // asked for again.
  void Look(int directory, const dirent& entry, int level) {
    if (HasAbsurdNumber(entry.d_name)) return Report("no such number");
    if (entry.d_type == DT_DIR) return Walk(directory, entry.d_name, level + 1);
    if (entry.d_type == DT_LNK) return Follow(directory, entry.d_name);
    struct stat status {};
    if (::fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return;  // gone meanwhile
    }
    // File systems that do not say what a name is.
    if (S_ISDIR(status.st_mode)) {
      return Walk(directory, entry.d_name, level + 1);
    }
    if (S_ISLNK(status.st_mode)) return Follow(directory, entry.d_name);
    if (!S_ISREG(status.st_mode)) return Report("not a regular file");
    if (status.st_size > kLongestFile) return Report("that long");
  }

  void Follow(int directory, const char* name) {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH;
    const char* const below_root = path_.c_str() + tree_size_ + 1;
    const UniqueFd target(static_cast<int>(
        ::syscall(SYS_openat2, root_.get(), below_root, &how, sizeof how)));
    if (target.valid()) return;  // looked at where it is
    // Over a recording of another machine such a link most often dangles.
    struct stat status {};
    if (errno == EXDEV && ::fstatat(directory, name, &status, 0) == 0) {
      Report("the link leads out of the tree");
    }
  }

  const UniqueFd& root_;
  std::string path_;  // "sys/devices/system": where the search is
  std::size_t tree_size_;
  std::size_t names_ = 0;
  std::optional<HwlocHazard> found_;
};

HwlocHazard HazardAt(std::string_view path, std::string_view what) {
  return {
      "/" + std::string(path),
      {ErrorCode::kCorruptInput, "hwloc is not run: " + std::string(what), 0}};
}

// The lists by which hwloc sizes what it allocates. It asserts that there is a
// node where there is a directory of nodes (list_sysfsnode).
std::optional<HwlocHazard> FindAbsurdList(const SysRoot& root) {
  constexpr std::string_view kCpus = "sys/devices/system/cpu/online";
  constexpr std::string_view kNodes = "sys/devices/system/node/online";
  for (const std::string_view path : {kCpus, kNodes}) {
    const auto text = root.ReadAttribute(path);
    if (!text && text.error().code == ErrorCode::kNotFound) continue;
    if (!text) return HazardAt(path, text.error().message);
    const auto list = ParseCpuList(*text);
    if (!list) return HazardAt(path, list.error().message);
    if (list->empty() && path == kNodes) return HazardAt(path, "no node");
  }
  const std::string_view folder = kNodes.substr(0, kNodes.rfind('/'));
  const auto names = root.List(folder);
  if (!names || root.Exists(kNodes)) return std::nullopt;
  for (const std::string& name : *names) {
    if (name.starts_with("node")) return std::nullopt;
  }
  return HazardAt(folder, "no node");
}

}  // namespace

std::optional<HwlocHazard> FindHwlocHazard(const std::string& directory) {
  const auto root = SysRoot::Open(directory);
  if (!root) return HwlocHazard{directory, root.error()};
  for (const char* name : {"sys", "proc"}) {
    const std::string path = directory + "/" + name;
    const UniqueFd tree(
        ::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!tree.valid()) {
      if (errno == ENOENT) continue;
      return HwlocHazard{"/" + std::string(name),
                         ErrnoError("hwloc is not run", errno)};
    }
    if (auto found = Search(name, tree).Run()) return found;
  }
  return FindAbsurdList(*root);
}

}  // namespace acceld::probes
