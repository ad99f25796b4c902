#include "probes/recording/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string_view>

#include "base/utf8.h"
#include "probes/recording/link_text.h"
#include "probes/recording/xz_stream.h"

namespace acceld::recording {
namespace {

constexpr mode_t kDirectoryMode = 0700;
constexpr std::size_t kBlock = 65536;
constexpr std::size_t kLongestPath = 4096;
constexpr std::size_t kMostLevels = 64;  // sysfs has 25

struct ArchiveCloser {
  void operator()(archive* opened) const { (void)::archive_read_free(opened); }
};
using Archive = std::unique_ptr<archive, ArchiveCloser>;

tl::unexpected<Error> Refuse(std::string_view name, std::string_view why) {
  return Fail(ErrorCode::kCorruptInput,
              Printable(name).append(": ").append(why));
}

Error ArchiveError(archive* opened, std::string_view what) {
  const char* why = ::archive_error_string(opened);
  return {ErrorCode::kCorruptInput,
          std::string(what) + ": " +
              Printable(why == nullptr ? "not an archive" : why),
          0};
}

// How libarchive asks for the next bytes of an .xz file.
la_ssize_t ReadXz(archive* opened, void* stream, const void** bytes) {
  const auto got = static_cast<XzStream*>(stream)->Next();
  if (!got) {
    ::archive_set_error(opened, EINVAL, "%s", got.error().message.c_str());
    return -1;
  }
  *bytes = got->data();
  return static_cast<la_ssize_t>(got->size());
}

// `xz` reads `file` and must outlive the archive.
Result<Archive> OpenArchive(const UniqueFd& file, XzStream& xz,
                            const std::string& name) {
  Archive opened(::archive_read_new());
  if (opened == nullptr) return Fail(ErrorCode::kNoMemory, "libarchive");
  archive* raw = opened.get();
  (void)::archive_read_support_format_tar(raw);
  (void)::archive_read_support_filter_zstd(raw);
  (void)::archive_read_support_filter_gzip(raw);
  (void)::archive_read_support_filter_bzip2(raw);
  // Names are bytes; without this, those beyond ASCII depend on the locale.
  (void)::archive_read_set_options(raw, "hdrcharset=BINARY");
  const int done = XzStream::IsOne(file)
                       ? ::archive_read_open(raw, &xz, nullptr, ReadXz, nullptr)
                       : ::archive_read_open_fd(raw, file.get(), kBlock);
  if (done != ARCHIVE_OK) return Fail(ArchiveError(raw, name));
  return opened;
}

class Unpacker {
 public:
  Unpacker(archive* from, const UniqueFd& to, const UnpackLimits& limits)
      : from_(from), to_(to), limits_(limits) {}

  Status Run(const std::string& name) {
    archive_entry* entry = nullptr;
    for (std::size_t count = 0;; ++count) {
      const int got = ::archive_read_next_header(from_, &entry);
      if (got == ARCHIVE_EOF) return {};
      if (got != ARCHIVE_OK) return Fail(ArchiveError(from_, name));
      if (count == limits_.entries) return Refuse(name, "too many entries");
      ACCELD_TRY_VOID(Place(entry));
    }
  }

 private:
  Status Place(archive_entry* entry) {
    const char* raw = ::archive_entry_pathname(entry);
    if (raw == nullptr) return Refuse("an entry", "has no name");
    const std::string_view name(raw);
    ACCELD_TRY(const std::string path, SafePath(name));
    if (::archive_entry_hardlink(entry) != nullptr) {
      return Refuse(name, "a hard link");
    }
    switch (::archive_entry_filetype(entry)) {
      case AE_IFDIR:
        return path.empty() ? Status() : MakeDirectories(path);
      case AE_IFLNK:
        return MakeLink(path, ::archive_entry_symlink(entry));
      case AE_IFREG:
        return MakeFile(path, (::archive_entry_perm(entry) & 0444) != 0);
      default:
        return Refuse(name, "neither a file, a directory nor a link");
    }
  }

  // The name without empty and "." parts; empty for the root itself.
  static Result<std::string> SafePath(std::string_view name) {
    if (name.starts_with('/')) return Refuse(name, "an absolute name");
    const auto parts = PathParts(name);
    if (name.size() > kLongestPath || parts.size() > kMostLevels) {
      return Refuse(name, "a name that long");
    }
    std::string path;
    for (const std::string_view part : parts) {
      if (part == "..") return Refuse(name, "leads out of the tree");
      if (part == ".") continue;
      path.append(path.empty() ? "" : "/").append(part);
    }
    return path;
  }

  // A name below the directory, through real directories only.
  [[nodiscard]] Result<UniqueFd> OpenBelow(const std::string& path,
                                           std::uint64_t flags,
                                           std::uint64_t mode) const {
    open_how how{};
    how.flags = flags | O_CLOEXEC | O_NOFOLLOW;
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
    const auto fd =
        ::syscall(SYS_openat2, to_.get(), path.c_str(), &how, sizeof how);
    if (fd >= 0) return UniqueFd(static_cast<int>(fd));
    if (errno == ELOOP || errno == ENOTDIR || errno == EEXIST) {
      return Refuse(path, "in the way of another entry");
    }
    return FailErrno(Printable(path), errno);
  }

  // The directory at `path`, made with those above it where they are not there.
  Result<UniqueFd> OpenDirectory(const std::string& path) {
    constexpr auto kFlags = O_PATH | O_DIRECTORY;
    if (path.empty()) return OpenBelow(".", kFlags, 0);
    auto opened = OpenBelow(path, kFlags, 0);
    if (opened || opened.error().code != ErrorCode::kNotFound) return opened;
    ACCELD_TRY(const UniqueFd above, OpenDirectory(Above(path)));
    if (::mkdirat(above.get(), Last(path).c_str(), kDirectoryMode) != 0) {
      return FailErrno(Printable(path), errno);
    }
    return OpenBelow(path, kFlags, 0);
  }

  Status MakeDirectories(const std::string& path) {
    ACCELD_TRY(const UniqueFd made, OpenDirectory(path));
    return {};
  }

  Status MakeLink(const std::string& path, const char* text) {
    if (path.empty() || text == nullptr) return Refuse(path, "a link to what?");
    if (!StaysInside(path, text)) return Refuse(path, "a link that leads out");
    ACCELD_TRY(const UniqueFd above, OpenDirectory(Above(path)));
    if (::symlinkat(text, above.get(), Last(path).c_str()) == 0) return {};
    if (errno == EEXIST) return Refuse(path, "twice in the archive");
    return FailErrno(Printable(path), errno);
  }

  Status MakeFile(const std::string& path, bool readable) {
    if (path.empty()) return Refuse(path, "a file without a name");
    ACCELD_TRY_VOID(MakeDirectories(Above(path)));
    ACCELD_TRY(const UniqueFd file,
               OpenBelow(path, O_WRONLY | O_CREAT | O_EXCL, 0600));
    ACCELD_TRY_VOID(CopyTo(file, path));
    if (!readable && ::fchmod(file.get(), 0) != 0) {
      return FailErrno(Printable(path), errno);
    }
    return {};
  }

  // What the header says of the size is not believed; holes are zeros.
  Status CopyTo(const UniqueFd& file, const std::string& path) {
    std::array<char, kBlock> block{};
    std::size_t size = 0;
    while (true) {
      const auto got = ::archive_read_data(from_, block.data(), block.size());
      if (got < 0) return Fail(ArchiveError(from_, Printable(path)));
      if (got == 0) return {};
      const auto count = static_cast<std::size_t>(got);
      size += count;
      bytes_ += count;
      if (size > limits_.bytes_of_a_file || bytes_ > limits_.bytes) {
        return Refuse(path, "too long");
      }
      ACCELD_TRY_VOID(WriteAll(file, std::string_view(block.data(), count)));
    }
  }

  static Status WriteAll(const UniqueFd& file, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t wrote = ::write(file.get(), bytes.data(), bytes.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return FailErrno("cannot unpack", errno);
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return {};
  }

  static std::string Above(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
  }
  static std::string Last(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
  }

  archive* from_;
  const UniqueFd& to_;
  const UnpackLimits& limits_;
  std::size_t bytes_ = 0;
};

}  // namespace

Status Unpack(const std::string& archive, const UniqueFd& directory,
              const UnpackLimits& limits) {
  const UniqueFd file(
      ::open(archive.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.valid()) return FailErrno(archive, errno);
  XzStream xz(file);
  ACCELD_TRY(const Archive opened, OpenArchive(file, xz, archive));
  auto done = Unpacker(opened.get(), directory, limits).Run(archive);
  if (!done) return Fail(std::move(done.error()).In(archive));
  return {};
}

}  // namespace acceld::recording
