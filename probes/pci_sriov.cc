#include "probes/pci_sriov.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace acceld::probes {
namespace {

constexpr std::int64_t kMostVirtual = 0xffff;  // NumVFs has 16 bits

std::string LinkPath(const std::string& physical, std::size_t index) {
  return physical + "/virtfn" + std::to_string(index);
}

class SrIovWriter {
 public:
  SrIovWriter(const FactReader& reader, const PciFunction& function)
      : reader_(reader), function_(function) {}

  void Run() const {
    const auto& config = function_.capabilities.sriov;
    const auto total = Integer("sriov_totalvfs", kMostVirtual);
    if (!total && !config) return;
    // sysfs first: it counts what the kernel made, and needs no privilege.
    if (total) {
      Add("sriov_total_vfs", *total, "sriov_totalvfs");
    } else {
      Add("sriov_total_vfs", std::int64_t{config->total_vfs}, "config");
    }
    if (function_.virtual_functions) {
      Add("sriov_num_vfs", *function_.virtual_functions, "sriov_numvfs");
    } else if (config) {
      Add("sriov_num_vfs", std::int64_t{config->num_vfs}, "config");
    }
    if (const auto probed = Integer("sriov_drivers_autoprobe", 1)) {
      Add("sriov_drivers_autoprobe", *probed == 1, "sriov_drivers_autoprobe");
    }
    // Only where the driver hands vectors out to virtual functions.
    if (const auto vectors = Integer("sriov_vf_total_msix", 0xffffffff)) {
      Add("sriov_vf_total_msix", *vectors, "sriov_vf_total_msix");
    }
  }

 private:
  [[nodiscard]] std::optional<std::int64_t> Integer(std::string_view file,
                                                    std::int64_t most) const {
    return reader_.IntegerIn(function_.path + "/" + std::string(file), 0, most);
  }

  void Add(std::string_view name, AttributeValue value,
           std::string_view file) const {
    reader_.facts().AddAttribute(
        function_.key, name, std::move(value),
        FromKernel(function_.path + "/" + std::string(file)));
  }

  const FactReader& reader_;
  const PciFunction& function_;
};

// Whether the link says what the function it leads to says, too.
bool AddVirtualFunction(const FactReader& reader, const std::string& link,
                        const std::string& name, std::int64_t index,
                        const PciAddress& physical,
                        const FunctionFinder& find) {
  const auto address = ParsePciAddress(name);
  const PciFunction* function = address ? find(*address) : nullptr;
  if (function == nullptr) {
    reader.Fault(link, ErrorCode::kNotFound,
                 "'" + name + "' is no function of this machine");
    return false;
  }
  if (function->physical != physical) {
    reader.Fault(link, ErrorCode::kCorruptInput,
                 name + " is no virtual function of " + ToString(physical));
    return false;
  }
  reader.facts().AddAttribute(function->key, "sriov_vf_index", index,
                              FromKernel(link));
  return true;
}

}  // namespace

void AddSrIov(const FactReader& reader, const PciFunction& function) {
  SrIovWriter(reader, function).Run();
}

std::vector<std::string> ReadVirtualNames(const FactReader& reader,
                                          const std::string& path) {
  std::vector<std::string> names;
  while (names.size() < kMostVirtual) {
    auto name = reader.LinkName(LinkPath(path, names.size()));
    if (!name) break;
    names.push_back(*std::move(name));
  }
  return names;
}

void AddVirtualFunctions(const FactReader& reader, const PciFunction& physical,
                         const PciAddress& address, std::int64_t named_by,
                         const FunctionFinder& find) {
  std::int64_t agreed = 0;
  std::int64_t links = 0;
  for (const std::string& name : physical.virtual_names) {
    const std::string link =
        LinkPath(physical.path, static_cast<std::size_t>(links));
    if (AddVirtualFunction(reader, link, name, links, address, find)) {
      ++agreed;
    }
    ++links;
  }
  if (named_by > agreed) {
    reader.Fault(
        physical.path, ErrorCode::kCorruptInput,
        std::to_string(named_by) + " functions call it their physfn, " +
            "its virtfn links name " + std::to_string(agreed) + " of them");
  }
  if (physical.virtual_functions.value_or(links) > links) {
    reader.Fault(physical.path + "/sriov_numvfs", ErrorCode::kCorruptInput,
                 std::to_string(*physical.virtual_functions) +
                     " virtual functions, " + std::to_string(links) +
                     " virtfn links");
  }
}

}  // namespace acceld::probes
