#include "probes/recording/gather.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/sys_root.h"
#include "client/exit_code.h"
#include "client/topo/commands/commands.h"
#include "probes/probe.h"
#include "probes/recording/pack.h"
#include "probes/recording/recorded_root.h"

namespace acceld::topo {
namespace {

// "2026-03-05T17:04:33Z"
std::string Now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  std::array<char, 32> text{};
  if (::gmtime_r(&now, &parts) == nullptr) return {};
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text.data(), size);
}

// One line that is written over, on a terminal only.
class ProgressLine {
 public:
  explicit ProgressLine(std::FILE* stream)
      : stream_(::isatty(::fileno(stream)) == 1 ? stream : nullptr) {}

  void Show(std::string_view what, std::size_t count) {
    if (stream_ == nullptr) return;
    (void)std::fprintf(stream_, "\r\033[K%zu entries; now: %.*s", count,
                       static_cast<int>(what.size()), what.data());
    (void)std::fflush(stream_);
  }
  void Clear() {
    if (stream_ != nullptr) (void)std::fputs("\r\033[K", stream_);
  }

 private:
  std::FILE* stream_;  // null: no terminal
};

// The daemon is never asked: it gives facts, and a recording is of files.
Result<recording::RecordedRoot> OpenSource(const SourceOptions& source) {
  return recording::RecordedRoot::Open(source.sysroot.empty() ? "/"
                                                              : source.sysroot);
}

std::string Summary(const recording::Recording& recording,
                    const std::string& file, std::size_t bytes) {
  std::string text = file + ": " + std::to_string(recording.entries.size()) +
                     " entries, " + std::to_string(bytes) + " bytes";
  if (recording.unread.empty()) return text;
  text += "; " + std::to_string(recording.unread.size()) +
          " could not be read (" + recording::kManifestName + " lists them)";
  if (::geteuid() != 0) text += "; root may read more";
  return text;
}

struct Options {
  std::string file;
  bool force = false;
};

Result<int> Run(const Tool& tool, const Options& options) {
  if (!tool.source.host.empty()) {
    return tool.ComplainOfUsage(
        "gather records files; a described machine (--host) has none");
  }
  const std::string& file = options.file;
  // First, so that a bad name is told before the machine is read.
  ACCELD_TRY(const auto compression, recording::CompressionFor(file));
  if (!options.force && ::access(file.c_str(), F_OK) == 0) {
    return Fail(ErrorCode::kInvalidArgument,
                file + " is there already; --force replaces it");
  }
  ACCELD_TRY(const auto source, OpenSource(tool.source));
  probes::PrepareHwloc(source.root());
  ACCELD_TRY(SysRoot root, SysRoot::Open(source.root().directory()));
  ProgressLine line(tool.messages);
  const recording::Recording recorded = recording::Gather(
      std::move(root), [&](std::string_view what, std::size_t count) {
        line.Show(what, count);
      });
  line.Show("packing", recorded.entries.size());
  const std::string manifest =
      recording::ManifestText(recorded, Now(), ::geteuid() == 0);
  ACCELD_TRY(const std::string bytes,
             recording::Pack(recorded, manifest, compression));
  line.Clear();
  ACCELD_TRY_VOID(recording::WriteWhole(file, bytes, options.force));
  tool.Note(Summary(recorded, file, bytes.size()));
  return static_cast<int>(client::ExitCode::kSuccess);
}

}  // namespace

Runner DeclareGather(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file,
                 "The archive: .tar.zst, .tar.xz, .tar.gz, .tgz or .tar")
      ->required();
  app.add_flag("-f,--force", options->force, "Replace FILE");
  app.footer(
      "Records what --sysroot FILE needs to show this machine elsewhere, and\n"
      "leaves out serial numbers, addresses and names (docs/"
      "recorded-machines.md).\n\n"
      "Example:\n  sudo accel-topo gather machine.tar.zst");
  return [options](const Tool& tool) { return Run(tool, *options); };
}

}  // namespace acceld::topo
