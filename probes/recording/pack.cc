#include "probes/recording/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string_view>
#include <utility>

#include "base/unique_fd.h"
#include "base/utf8.h"

namespace acceld::recording {
namespace {

struct ArchiveFreer {
  void operator()(archive* made) const { (void)::archive_write_free(made); }
};
struct EntryFreer {
  void operator()(archive_entry* entry) const { ::archive_entry_free(entry); }
};

tl::unexpected<Error> Failed(archive* made) {
  const char* why = ::archive_error_string(made);
  return Fail(ErrorCode::kIo,
              "libarchive: " + Printable(why == nullptr ? "failed" : why));
}

la_ssize_t Append(archive* /*made*/, void* bytes, const void* data,
                  std::size_t size) {
  static_cast<std::string*>(bytes)->append(static_cast<const char*>(data),
                                           size);
  return static_cast<la_ssize_t>(size);
}

int AddFilter(archive* made, Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return ::archive_write_add_filter_none(made);
    case Compression::kGzip: {
      const int added = ::archive_write_add_filter_gzip(made);
      // Its header would hold the time.
      (void)::archive_write_set_options(made, "gzip:!timestamp");
      return added;
    }
    case Compression::kXz:
      return ::archive_write_add_filter_xz(made);
    case Compression::kZstd:
      return ::archive_write_add_filter_zstd(made);
  }
  return ARCHIVE_FATAL;
}

mode_t ModeOf(const Entry& entry) {
  switch (entry.kind) {
    case FileKind::kDirectory:
      return S_IFDIR | 0755;
    case FileKind::kLink:
      return S_IFLNK | 0777;
    default:
      return S_IFREG | (entry.readable ? 0644U : 0U);
  }
}

Status Add(archive* made, const std::string& path, const Entry& about) {
  const std::unique_ptr<archive_entry, EntryFreer> entry(::archive_entry_new());
  if (entry == nullptr) return Fail(ErrorCode::kNoMemory, "libarchive");
  const bool file = about.kind == FileKind::kFile;
  ::archive_entry_set_pathname(entry.get(), path.c_str());
  ::archive_entry_set_mode(entry.get(), ModeOf(about));
  ::archive_entry_set_size(
      entry.get(), file ? static_cast<la_int64_t>(about.text.size()) : 0);
  ::archive_entry_set_mtime(entry.get(), 0, 0);
  if (about.kind == FileKind::kLink) {
    ::archive_entry_set_symlink(entry.get(), about.text.c_str());
  }
  if (::archive_write_header(made, entry.get()) != ARCHIVE_OK) {
    return Failed(made);
  }
  if (!file) return {};
  const auto wrote =
      ::archive_write_data(made, about.text.data(), about.text.size());
  if (wrote != static_cast<la_ssize_t>(about.text.size())) return Failed(made);
  return {};
}

// Signals that end a program wait while this lives.
class NotInterrupted {
 public:
  NotInterrupted() {
    sigset_t ends;
    (void)::sigemptyset(&ends);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
      (void)::sigaddset(&ends, number);
    }
    (void)::pthread_sigmask(SIG_BLOCK, &ends, &before_);
  }
  ~NotInterrupted() { (void)::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NotInterrupted(const NotInterrupted&) = delete;
  NotInterrupted& operator=(const NotInterrupted&) = delete;

 private:
  sigset_t before_{};
};

Status WriteAll(const UniqueFd& file, std::string_view bytes,
                const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(file.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return FailErrno(name, errno);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (::fsync(file.get()) != 0) return FailErrno(name, errno);
  return {};
}

}  // namespace

Result<Compression> CompressionFor(const std::string& name) {
  constexpr std::pair<std::string_view, Compression> kEnds[] = {
      {".tar", Compression::kNone},     {".tar.gz", Compression::kGzip},
      {".tgz", Compression::kGzip},     {".tar.xz", Compression::kXz},
      {".tar.zst", Compression::kZstd},
  };
  for (const auto& [end, compression] : kEnds) {
    if (name.ends_with(end)) return compression;
  }
  return Fail(
      ErrorCode::kInvalidArgument,
      Printable(name) + ": name it .tar.zst, .tar.xz, .tar.gz, .tgz or .tar");
}

Result<std::string> Pack(const Recording& recording,
                         const std::string& manifest, Compression compression) {
  const std::unique_ptr<archive, ArchiveFreer> made(::archive_write_new());
  if (made == nullptr) return Fail(ErrorCode::kNoMemory, "libarchive");
  std::string bytes;
  if (::archive_write_set_format_gnutar(made.get()) != ARCHIVE_OK ||
      AddFilter(made.get(), compression) != ARCHIVE_OK ||
      // No zeros after the end of the compressed stream.
      ::archive_write_set_bytes_in_last_block(made.get(), 1) != ARCHIVE_OK ||
      ::archive_write_open(made.get(), &bytes, nullptr, Append, nullptr) !=
          ARCHIVE_OK) {
    return Failed(made.get());
  }
  ACCELD_TRY_VOID(
      Add(made.get(), kManifestName, {FileKind::kFile, manifest, true}));
  for (const auto& [path, entry] : recording.entries) {
    ACCELD_TRY_VOID(Add(made.get(), path, entry));
  }
  if (::archive_write_close(made.get()) != ARCHIVE_OK) {
    return Failed(made.get());
  }
  return bytes;
}

Status WriteWhole(const std::string& name, const std::string& bytes,
                  bool force) {
  const NotInterrupted until_done;
  std::string beside = name + ".XXXXXX";
  const UniqueFd file(::mkostemp(beside.data(), O_CLOEXEC));  // mode 0600
  if (!file.valid()) return FailErrno(name, errno);
  Status done = WriteAll(file, bytes, name);
  if (done && ::renameat2(AT_FDCWD, beside.c_str(), AT_FDCWD, name.c_str(),
                          force ? 0U : RENAME_NOREPLACE) != 0) {
    done = errno == EEXIST
               ? Fail(ErrorCode::kInvalidArgument,
                      name + " is there already; --force replaces it")
               : FailErrno(name, errno);
  }
  if (!done) (void)::unlink(beside.c_str());
  return done;
}

}  // namespace acceld::recording
