#include "probes/uacce_probe.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/driver_traits.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kClass = "sys/class/uacce";
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::vector<std::string> Words(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n";
  std::vector<std::string> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(kSpace), text.size());
    words.push_back(Printable(text.substr(0, end)));
    text.remove_prefix(end);
  }
}

class DeviceWriter {
 public:
  DeviceWriter(const FactReader& reader, const Accelerator& accelerator)
      : reader_(reader), accelerator_(accelerator) {}

  void Run() const {
    // open() binds the opener's address space, and nothing checks it later: a
    // queue opened by somebody else would act on that one's memory.
    const Provenance rule{Evidence::kComputed,
                          "uacce: open() binds the address space, one queue "
                          "an open"};
    Add(attr::kGrant, std::string("ticket"), rule);
    Add(attr::kSharing, std::string("multi-app"), rule);
    AddFunctions();
    AddSva();
    const std::string free = Path("available_instances");
    if (const auto count = reader_.IntegerIn(free, 0, kMost)) {
      Add(attr::kInstancesFree, *count, FromKernel(free));
    }
    // 1: the driver has taken the device out of use after hardware errors.
    const std::string isolate = Path("isolate");
    if (const auto isolated = reader_.IntegerIn(isolate, 0, 1)) {
      Add(attr::kHealth, std::string(*isolated == 1 ? "failed" : "ok"),
          FromKernel(isolate));
    }
  }

 private:
  [[nodiscard]] std::string Path(std::string_view file) const {
    return accelerator_.class_path + "/" + std::string(file);
  }

  void Add(std::string_view name, AttributeValue value, Provenance from) const {
    reader_.facts().AddAttribute(accelerator_.key, name, std::move(value),
                                 std::move(from));
  }

  void AddFunctions() const {
    const std::string file = Path("algorithms");
    const auto text = reader_.Text(file);
    if (!text) return;
    std::vector<std::string> algorithms = Words(*text);
    std::set<std::string> functions;
    for (const std::string& algorithm : algorithms) {
      for (const std::string_view function : UacceFunctions(algorithm)) {
        functions.emplace(function);
      }
    }
    Add("algorithms", std::move(algorithms), FromKernel(file));
    if (functions.empty()) return;
    Add(attr::kFunctions,
        std::vector<std::string>(functions.begin(), functions.end()),
        {Evidence::kComputed, "/" + file + " in the words of the vocabulary"});
  }

  void AddSva() const {
    constexpr std::int64_t kUacceDevSva = 1;  // UACCE_DEV_SVA, linux/uacce.h
    constexpr std::string_view kNoIommu = "_noiommu";
    const auto api = reader_.Text(Path("api"));
    if (api) Add("api", Printable(*api), FromKernel(Path("api")));
    const std::string file = Path("flags");
    const auto flags = reader_.IntegerIn(file, 0, 0xffffffff);
    if (!flags) return;
    Add("flags", *flags, FromKernel(file));
    // Newer kernels keep the flag as the driver gave it: it promises no more
    // than that a bind may succeed.
    const bool may =
        (*flags & kUacceDevSva) != 0 && !(api && api->ends_with(kNoIommu));
    Add(attr::kSva, std::string(may ? "possible" : "no"), FromKernel(file));
    if (!may) {
      Add("sva_reason", std::string("the driver did not turn SVA on"),
          FromKernel(file));
    }
  }

  const FactReader& reader_;
  const Accelerator& accelerator_;
};

}  // namespace

void RunUacceProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& name : reader.Names(std::string(kClass))) {
    const auto accelerator = AddAccelerator(
        reader, index,
        {"uacce", std::string(kClass) + "/" + name, name, "/dev/"});
    if (accelerator) DeviceWriter(reader, *accelerator).Run();
  }
}

}  // namespace acceld::probes
