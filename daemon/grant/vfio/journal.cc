#include "daemon/grant/vfio/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

#include "base/document.h"
#include "base/document_reader.h"
#include "base/json.h"
#include "base/sys_root.h"
#include "base/trusted_file.h"
#include "probes/pci_address.h"

namespace acceld::daemon::vfio {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::string_view kSuffix = ".json";
constexpr std::size_t kMaxDriverBytes = 56;  // MODULE_NAME_LEN

std::string NameOf(int group) {
  return std::to_string(group) + std::string(kSuffix);
}

std::optional<int> GroupNamed(std::string_view name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  int group = 0;
  const auto parsed =
      std::from_chars(name.data(), name.data() + name.size(), group);
  const bool whole = parsed.ec == std::errc() &&
                     parsed.ptr == name.data() + name.size() && group >= 0;
  return whole ? std::optional(group) : std::nullopt;
}

// What may become part of a path or be written to the kernel.
bool IsDriverName(std::string_view name) {
  return name.size() <= kMaxDriverBytes && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c >= ' ' && c < '\x7f' && c != '/'; });
}

Document ToDocument(const Undo& undo) {
  Document::Array functions;
  for (const TakenFunction& one : undo.functions) {
    functions.push_back(
        Document::Object{{"address", one.address},
                         {"driver", one.driver},
                         {"driver_override", one.driver_override}});
  }
  return Document::Object{{"version", kVersion},
                          {"group", std::int64_t{undo.group}},
                          {"functions", std::move(functions)}};
}

std::string DriverIn(ObjectReader& reader, std::string_view key) {
  auto name = reader.RequiredString(key);
  if (name && !IsDriverName(*name)) reader.Complain(key, "no driver's name");
  return std::move(name).value_or("");
}

constexpr mode_t kParentMode = 0711;

Status MakeDirectories(const std::string& path) {
  for (std::size_t at = 1; at != std::string::npos;) {
    at = path.find('/', at);
    const std::string part = path.substr(0, at);
    const bool made = ::mkdir(part.c_str(), S_IRWXU) == 0;
    if (!made && errno != EEXIST) return FailErrno(part, errno);
    // What lies on the way is not the journal's alone: users reach the sockets
    // of leases through it.
    const bool is_parent = at != std::string::npos;
    if (made && is_parent && ::chmod(part.c_str(), kParentMode) != 0) {
      return FailErrno(part, errno);
    }
    if (at != std::string::npos) ++at;
  }
  return {};
}

Status WriteAll(const UniqueFd& fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd.get(), text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return FailErrno("write the VFIO journal", errno);
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(fd.get()) != 0) return FailErrno("sync the VFIO journal", errno);
  return {};
}

}  // namespace

Result<Undo> ParseUndo(int group, std::string_view text) {
  auto document = ParseJson(text);
  if (!document)
    return Fail(ErrorCode::kCorruptInput, document.error().message);
  Complaints complaints;
  Undo undo;
  undo.group = group;
  ObjectReader reader(*document, "", complaints);
  if (!reader.Integer("version", kVersion, kVersion)) {
    reader.Complain("version", "is required");
  }
  if (!reader.Integer("group", group, group)) {
    reader.Complain("group", "is required");
  }
  const Document::Array* functions = reader.Array("functions");
  if (functions == nullptr || functions->size() > TakenFunction::kMost) {
    reader.Complain("functions", "must be a list of few");
    functions = nullptr;
  }
  for (std::size_t i = 0; functions != nullptr && i < functions->size(); ++i) {
    ObjectReader one((*functions)[i], PointerTo("/functions", i), complaints);
    TakenFunction function;
    function.address = one.RequiredString("address").value_or("");
    if (!probes::ParsePciAddress(function.address)) {
      one.Complain("address", "no PCI address");
    }
    function.driver = DriverIn(one, "driver");
    function.driver_override = DriverIn(one, "driver_override");
    one.RefuseUnknownKeys();
    undo.functions.push_back(std::move(function));
  }
  reader.RefuseUnknownKeys();
  if (complaints.empty()) return undo;
  return Fail(ErrorCode::kCorruptInput, complaints.ToError().message);
}

Result<Journal> Journal::Open(const std::string& directory) {
  ACCELD_TRY_VOID(MakeDirectories(directory));
  UniqueFd fd(::open(directory.c_str(),
                     O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.valid()) return Fail(OpenFault(directory, errno));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return FailErrno(directory, errno);
  ACCELD_TRY_VOID(CheckTrusted(status, directory, TrustedOwners()));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return FailErrno(directory, errno);
    return Fail(ErrorCode::kBusy, directory + ": another acceld runs on it");
  }
  return Journal(directory, std::move(fd));
}

Status Journal::Write(const Undo& undo) const {
  const std::string name = NameOf(undo.group);
  const std::string draft = name + ".new";
  const UniqueFd file(
      ::openat(fd_.get(), draft.c_str(),
               O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
               S_IRUSR | S_IWUSR));
  if (!file.valid()) return FailErrno(directory_ + "/" + draft, errno);
  ACCELD_TRY_VOID(WriteAll(file, PrintJson(ToDocument(undo)) + "\n"));
  if (::renameat(fd_.get(), draft.c_str(), fd_.get(), name.c_str()) != 0) {
    return FailErrno(directory_ + "/" + name, errno);
  }
  if (::fsync(fd_.get()) != 0) return FailErrno(directory_, errno);
  return {};
}

Result<Undo> Journal::Read(int group) const {
  const std::string name = NameOf(group);
  const std::string path = directory_ + "/" + name;
  auto text = ReadTrustedFile(fd_.get(), name, path);
  if (!text) {
    if (text.error().code == ErrorCode::kNotFound) return Undo{group, {}};
    return Fail(std::move(text.error()));
  }
  auto undo = ParseUndo(group, *text);
  if (!undo) return Fail(std::move(undo.error()).In(path));
  return undo;
}

Status Journal::Remove(int group) const {
  const std::string name = NameOf(group);
  if (::unlinkat(fd_.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    return FailErrno(directory_ + "/" + name, errno);
  }
  return {};
}

Result<std::vector<int>> Journal::Groups() const {
  ACCELD_TRY(const SysRoot root, SysRoot::Open(directory_));
  ACCELD_TRY(const std::vector<std::string> names, root.List("."));
  std::vector<int> groups;
  for (const std::string& name : names) {
    const auto group = GroupNamed(name);
    if (group && groups.size() < kMostGroups) groups.push_back(*group);
  }
  std::sort(groups.begin(), groups.end());
  return groups;
}

}  // namespace acceld::daemon::vfio
