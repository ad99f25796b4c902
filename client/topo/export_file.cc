#include "client/topo/export_file.h"

#include <unistd.h>

#include <array>
#include <string_view>
#include <utility>

namespace acceld::topo {
namespace {

// "/a/b.json" -> "b".
std::string LastPart(std::string_view path, std::string_view ending) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  path.remove_prefix(path.rfind('/') + 1);  // npos + 1 is 0
  if (path.ends_with(ending)) path.remove_suffix(ending.size());
  return std::string(path);
}

}  // namespace

Result<graph::exports::Format> FormatOf(const ExportOptions& options) {
  const auto format = options.format.empty()
                          ? graph::exports::FormatOfPath(options.path)
                          : graph::exports::ParseFormat(options.format);
  if (format) return *format;
  const std::string known = graph::exports::FormatNames();
  if (!options.format.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "no format '" + options.format + "'; formats: " + known);
  }
  return Fail(ErrorCode::kInvalidArgument,
              "'" + options.path +
                  "' does not say in which format; end it in one of these, or "
                  "name one with --format: " +
                  known);
}

std::string NameOf(const SourceOptions& source) {
  if (!source.host.empty()) return LastPart(source.host, ".json");
  if (!source.sysroot.empty()) return LastPart(source.sysroot, "");
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

}  // namespace acceld::topo
