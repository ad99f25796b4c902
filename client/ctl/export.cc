#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/unique_fd.h"
#include "client/ctl/commands.h"
#include "client/output_file.h"
#include "integrations/slurm/gres_conf.h"

namespace acceld::ctl {
namespace {

// A machine of thousands of devices.
constexpr JsonLimits kMachineLimits{.bytes = std::size_t{256} << 20,
                                    .elements = std::size_t{1} << 24};

Result<std::string> ReadText(const std::string& path) {
  UniqueFd opened;
  if (path != "-") {
    opened = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.valid()) return FailErrno("open", errno);
  }
  const int fd = path == "-" ? STDIN_FILENO : opened.get();
  std::string text;
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno("read", errno);
    if (got == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > kMachineLimits.bytes) {
      return Fail(ErrorCode::kInvalidArgument, "larger than 256MiB");
    }
  }
}

Result<std::string> MachineText(const Tool& tool, const std::string& from) {
  if (from.empty()) {
    ACCELD_TRY(client::Client client, tool.Connect());
    return client.Describe(Document::Object{});
  }
  auto text = ReadText(from);
  if (text) return text;
  return Fail(
      std::move(text.error()).In(from == "-" ? "standard input" : from));
}

}  // namespace

Status ExportGresConf(const Tool& tool, const ExportOptions& options) {
  ACCELD_TRY(const std::string text, MachineText(tool, options.from));
  ACCELD_TRY(const Document machine, ParseJson(text, kMachineLimits));
  ACCELD_TRY(const std::string conf, slurm::GresConf(machine, options.hosts));
  if (options.output.empty() || options.output == "-") {
    Print(conf);
    return {};
  }
  return client::WriteFile(options.output, conf, /*force=*/true);
}

}  // namespace acceld::ctl
