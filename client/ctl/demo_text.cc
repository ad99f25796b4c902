#include "client/ctl/demo_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "client/ctl/demo_check.h"
#include "client/ctl/document_text.h"
#include "client/ctl/placement_text.h"

namespace acceld::ctl {
namespace {

constexpr double kMiB = 1048576.0;

double SecondsOf(std::chrono::nanoseconds elapsed) {
  return std::max(1e-9, std::chrono::duration<double>(elapsed).count());
}

std::string Milliseconds(std::chrono::nanoseconds elapsed) {
  return fmt::format("{:.1f} ms", SecondsOf(elapsed) * 1e3);
}

std::string WorkText(const DemoReport& report) {
  const std::size_t size = report.packed.file.size();
  const double share = 100.0 * static_cast<double>(size) /
                       static_cast<double>(report.input_size);
  return fmt::format(
      "   pack   {} to {} ({:.1f} %), {} in {}: {}\n"
      "   sum    {} in {}: {}\n",
      SizeOf(report.input_size), SizeOf(size), share,
      Count(report.packed.members, "descriptor"),
      Milliseconds(report.packed.elapsed),
      RateOf(report.input_size, report.packed.elapsed), SizeOf(size),
      Milliseconds(report.summed.elapsed), RateOf(size, report.summed.elapsed));
}

std::string FilesText(const DemoReport& report) {
  if (report.files.empty()) {
    return "\nNothing was written; --output PREFIX keeps the result, to check "
           "with gzip and sha256sum.\n";
  }
  std::string text = "\nSee for yourself:\n";
  text.append("  sha256sum -c ").append(report.files[1]);
  text.append(" && zcat ").append(report.files[0]);
  text.append(" | cmp - ");
  text.append(report.files.size() > 2 ? report.files[2] : report.input);
  return text.append("\n");
}

Document StageDocument(std::string_view stage, std::size_t bytes,
                       std::chrono::nanoseconds elapsed) {
  const double rate = static_cast<double>(bytes) / SecondsOf(elapsed);
  return Document::Object{
      {"stage", stage},
      {"bytes", static_cast<std::int64_t>(bytes)},
      {"nanoseconds", std::int64_t{elapsed.count()}},
      {"bytes_per_second", static_cast<std::int64_t>(rate)}};
}

}  // namespace

std::string RateOf(std::size_t bytes, std::chrono::nanoseconds elapsed) {
  return fmt::format("{:.1f} MiB/s",
                     static_cast<double>(bytes) / kMiB / SecondsOf(elapsed));
}

std::string SizeOf(std::size_t bytes) {
  if (bytes < 1024) return Count(bytes, "byte");
  if (bytes < 1048576) {
    return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024.0);
  }
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / kMiB);
}

std::string DemoText(const Tool& tool, const DemoReport& report) {
  std::string text;
  const auto step = [&](int number, std::string_view head) {
    text.append(Bold(tool, fmt::format("{}. {}", number, head))).append("\n");
  };
  step(1, "Asked");
  text.append("   compress " + report.input +
              ", then take the SHA-256 of the result; the result lies in a\n"
              "   buffer that both devices share\n");
  step(2, "Placed");
  text.append("   " +
              (report.inherited ? "by who started this process"
                                : PlacementSummary(report.placement)) +
              "\n" + PlacementTables(report.placement, 3));
  step(3, "Bound");
  text.append(
      "   both devices read and write this process's own virtual addresses; "
      "addresses\n   are all that was sent to them\n");
  step(4, "Worked");
  text.append(WorkText(report));
  step(5, "Checked");
  text.append("   zlib unpacks it to the same " + SizeOf(report.input_size) +
              "; OpenSSL comes to the same digest:\n   " +
              ToHex(report.summed.digest) + "\n");
  step(6, report.inherited ? "Let go" : "Released");
  text.append("   " + report.lease +
              (report.inherited ? " lasts as long as somebody else holds it\n"
                                : " is over, and its devices are free\n"));
  return text.append(FilesText(report));
}

Document DemoDocument(const DemoReport& report) {
  Document::Array files(report.files.begin(), report.files.end());
  return Document::Object{
      {"input", report.input},
      {"input_bytes", static_cast<std::int64_t>(report.input_size)},
      {"output_bytes", static_cast<std::int64_t>(report.packed.file.size())},
      {"descriptors", static_cast<std::int64_t>(report.packed.members)},
      {"lease", report.lease},
      {"placement", report.placement},
      {"stages", Document::Array{StageDocument("pack", report.input_size,
                                               report.packed.elapsed),
                                 StageDocument("sum", report.packed.file.size(),
                                               report.summed.elapsed)}},
      {"sha256", ToHex(report.summed.digest)},
      {"verified", true},
      {"files", std::move(files)},
  };
}

}  // namespace acceld::ctl
