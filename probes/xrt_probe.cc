#include "probes/xrt_probe.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/health_report.h"
#include "probes/uuid.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kPrefix = "accelerator:";

std::string_view TakeLine(std::string_view& text) {
  const std::size_t size = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return line;
}

// The text between two marks; empty where they are not both there.
std::string_view Between(std::string_view text, std::string_view from,
                         std::string_view to) {
  const std::size_t begin = text.find(from);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + from.size());
  const std::size_t end = text.find(to);
  return end == std::string_view::npos ? std::string_view()
                                       : text.substr(0, end);
}

class CardWriter {
 public:
  // `path`: the directory of the card's function.
  CardWriter(const FactReader& reader, std::string key, std::string path)
      : reader_(reader), key_(std::move(key)), path_(std::move(path)) {}

  void Run() const {
    AddFunctions();
    if (const auto board = reader_.Text(path_ + "/board_name")) {
      if (!board->empty()) Add("model", Printable(*board), "board_name");
    }
    if (const auto memstat = reader_.Text(path_ + "/memstat")) {
      if (const auto memory = ParseXrtMemory(*memstat)) {
        Add(attr::kMemory, *memory, "memstat");
      }
    }
    AddHealth();
  }

 private:
  void Add(std::string_view name, AttributeValue value,
           const std::string& file) const {
    reader_.facts().AddAttribute(key_, name, std::move(value),
                                 FromKernel(path_ + "/" + file));
  }

  // One line for each slot that holds an image; none where nothing is loaded.
  void AddFunctions() const {
    const std::string file = path_ + "/xclbinuuid";
    const auto text = reader_.Text(file);
    if (!text) return;
    std::set<std::string> functions;
    for (std::string_view rest = *text; !rest.empty();) {
      const std::string_view line = TakeLine(rest);
      if (line.empty()) continue;
      const auto uuid = ParseUuid(line);
      if (!uuid) {
        reader_.Fault(file, ErrorCode::kCorruptInput,
                      "'" + Printable(line, 40) + "' is no UUID");
      } else if (!IsBlankUuid(*uuid)) {
        functions.insert("fpga/" + *uuid);
      }
    }
    if (functions.empty()) return;
    Add(attr::kFunctions,
        std::vector<std::string>(functions.begin(), functions.end()),
        "xclbinuuid");
  }

  void AddHealth() const {
    HealthReport health;
    if (const auto ready = Switch("ready")) {
      if (*ready) {
        health.Ok(path_ + "/ready");
      } else {
        health.Degraded("its management function does not answer",
                        path_ + "/ready");
      }
    }
    AddTrouble("dev_offline", "the card is offline", health);
    AddTrouble("device_bad_state", "the card is in a bad state", health);
    health.AddTo(reader_.facts(), key_);
  }

  void AddTrouble(const std::string& file, const std::string& reason,
                  HealthReport& health) const {
    const auto is_so = Switch(file);
    if (!is_so) return;
    if (*is_so) {
      health.Failed(reason, path_ + "/" + file);
    } else {
      health.Ok(path_ + "/" + file);
    }
  }

  [[nodiscard]] std::optional<bool> Switch(const std::string& file) const {
    const auto number = reader_.IntegerIn(path_ + "/" + file, 0, 1);
    return number ? std::optional<bool>(*number == 1) : std::nullopt;
  }

  const FactReader& reader_;
  std::string key_;
  std::string path_;
};

}  // namespace

std::optional<Bytes> ParseXrtMemory(std::string_view memstat) {
  constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
  constexpr std::int64_t kMostMebibytes = std::int64_t{1} << 30;
  std::set<std::string_view> seen;
  std::int64_t total = 0;
  while (!memstat.empty()) {
    const std::string_view line = TakeLine(memstat);
    const std::string_view bank = Between(line, "] ", "@");
    const bool is_of_card = bank.starts_with("DDR") ||
                            bank.starts_with("HBM") || bank.starts_with("bank");
    if (!is_of_card || !seen.insert(bank).second) continue;
    const std::string_view size = Between(line, " (", "MB)");
    std::int64_t mebibytes = 0;
    const char* end = size.data() + size.size();
    const auto parsed = std::from_chars(size.data(), end, mebibytes);
    if (parsed.ec != std::errc() || parsed.ptr != end || mebibytes <= 0 ||
        mebibytes > kMostMebibytes - total) {
      continue;
    }
    total += mebibytes;
  }
  if (total == 0) return std::nullopt;
  return Bytes(total * kMebibyte);
}

void RunXrtProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  std::vector<std::string> cards;
  for (const EntityFact& entity : facts.entities) {
    if (entity.kind != VertexKind::kAccelerator) continue;
    const Attribute* driver = index.Get(entity.key, attr::kDriver);
    const Attribute* framework = index.Get(entity.key, attr::kFramework);
    if (driver == nullptr || framework == nullptr) continue;
    if (ToText(driver->value) != "xocl") continue;
    if (ToText(framework->value) == "drm") cards.push_back(entity.key);
  }
  for (const std::string& key : cards) {
    const std::string name = key.substr(kPrefix.size());
    CardWriter(reader, key, "sys/class/drm/" + name + "/device").Run();
  }
}

}  // namespace acceld::probes
