#include "client/ctl/cdi.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/utf8.h"
#include "client/client.h"
#include "client/ctl/lease_specs.h"
#include "client/ctl/text_table.h"
#include "integrations/cdi/inventory.h"
#include "integrations/cdi/names.h"
#include "integrations/cdi/spec.h"
#include "integrations/cdi/spec_directory.h"
#include "integrations/cdi/spec_reader.h"

namespace acceld::ctl {
namespace {

constexpr std::size_t kMaxLine = 1000;

Result<cdi::Inventory> ReadInventory(const Tool& tool,
                                     const std::string& root) {
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY(const std::string text, client.Describe(Document::Object{}));
  constexpr JsonLimits kLimits{.bytes = std::size_t{64} << 20,
                               .elements = std::size_t{1} << 22};
  ACCELD_TRY(const Document machine, ParseJson(text, kLimits));
  return cdi::InventoryOf(machine, root);
}

std::string FileOf(const cdi::Spec& spec) {
  const auto slash = spec.kind.find('/');
  return cdi::FileNameOf(spec.kind.substr(0, slash),
                         spec.kind.substr(slash + 1));
}

// Specs of devices, which are for ever, not those of leases.
Status WriteInventory(const cdi::Inventory& inventory,
                      const std::string& path) {
  ACCELD_TRY(const auto directory, cdi::SpecDirectory::Make(path));
  ACCELD_TRY_VOID(directory.RemoveLeftovers(kSpecPrefix));
  std::set<std::string> written;
  for (const cdi::Spec& spec : inventory.specs) {
    ACCELD_TRY(const std::string text, cdi::PrintSpec(spec));
    ACCELD_TRY_VOID(directory.Write(FileOf(spec), text));
    written.insert(FileOf(spec));
    Print(path + "/" + FileOf(spec) + "\n");
  }
  ACCELD_TRY(const auto names, directory.Names(kSpecPrefix));
  for (const std::string& name : names) {
    if (written.contains(name) || !IsClassSpec(name)) continue;
    ACCELD_TRY_VOID(directory.Remove(name));
    Print("removed " + path + "/" + name + "\n");
  }
  return {};
}

std::string DirectoryOf(const CdiOptions& options) {
  return options.directory.empty() ? cdi::kDynamicDirectory : options.directory;
}

// Claims' are those of the Kubernetes plugins, which look after them.
bool IsOurs(std::string_view name) {
  return IsLeaseSpec(name) || IsClassSpec(name);
}

}  // namespace

Status CdiGenerate(const Tool& tool, const CdiOptions& options) {
  ACCELD_TRY(const cdi::Inventory inventory, ReadInventory(tool, options.root));
  for (const std::string& line : inventory.left_out) {
    (void)std::fprintf(stderr, "accelctl: left out: %s\n",
                       Printable(line, kMaxLine).c_str());
  }
  if (!options.directory.empty()) {
    return WriteInventory(inventory, options.directory);
  }
  if (inventory.specs.empty()) {
    (void)std::fputs("accelctl: no device here has a node for a spec\n",
                     stderr);
  }
  for (const cdi::Spec& spec : inventory.specs) {
    ACCELD_TRY(const std::string text, cdi::PrintSpec(spec));
    Print(text);
  }
  return {};
}

Status CdiList(const Tool& tool, const CdiOptions& options) {
  const auto directory = cdi::SpecDirectory::Open(DirectoryOf(options));
  // Nobody has to have made the usual one.
  const bool is_missing =
      !directory && directory.error().code == ErrorCode::kNotFound;
  if (!directory && !(is_missing && options.directory.empty())) {
    return Fail(Error(directory.error()));
  }
  std::vector<std::string> names;
  if (directory) {
    ACCELD_TRY(names, directory->Names(kSpecPrefix));
  }
  Document list = Document::Array{};
  TextTable table({{"DEVICE"}, {"NODES"}, {"FILE"}});
  for (const std::string& name : names) {
    const auto text = directory->Read(name);
    const auto spec = text ? cdi::ParseSpec(*text)
                           : Result<cdi::Spec>(Fail(Error(text.error())));
    if (!spec) {
      if (text.has_value() || text.error().code != ErrorCode::kNotFound) {
        table.Add({"none: " + Printable(spec.error().message), "", name});
      }
      continue;  // or it went meanwhile
    }
    for (const cdi::Device& device : spec->devices) {
      std::string nodes;
      Document paths = Document::Array{};
      for (const cdi::DeviceNode& node : device.edits.nodes) {
        nodes.append(nodes.empty() ? "" : " ").append(node.path);
        paths.Append(node.path);
      }
      const std::string full = cdi::QualifiedName(spec->kind, device.name);
      list.Append(
          Document::Object{{"device", full}, {"nodes", paths}, {"file", name}});
      table.Add({full, nodes, name});
    }
  }
  if (tool.json) {
    PrintDocument(list);
  } else {
    Print(table.empty() ? "no specs of acceld\n" : table.ToText());
  }
  return {};
}

Status CdiRemove(const Tool& /*tool*/, const CdiOptions& options) {
  const std::string path = DirectoryOf(options);
  const auto directory = cdi::SpecDirectory::Open(path);
  if (!directory) {
    if (directory.error().code == ErrorCode::kNotFound) return {};
    return Fail(Error(directory.error()));
  }
  ACCELD_TRY_VOID(directory->RemoveLeftovers(kSpecPrefix));
  ACCELD_TRY(
      const auto names,
      RemoveSpecs(*directory, options.leases_only ? IsLeaseSpec : IsOurs));
  for (const std::string& name : names) Print(path + "/" + name + "\n");
  return {};
}

}  // namespace acceld::ctl
