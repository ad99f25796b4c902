// FactReader: reads attributes for a probe with the one rule of all probes:
// what is not there is nothing, what is there and cannot be read or believed
// is a fault, and the probe goes on.
//
// Single-threaded; keeps references to both, which must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/attribute.h"
#include "base/error.h"
#include "base/sys_root.h"
#include "probes/fact.h"
#include "probes/known_files.h"

namespace acceld::probes {

class FactReader {
 public:
  FactReader(const SysRoot& root, FactSet& facts)
      : root_(root), facts_(facts) {}
  // What is in `known` is not read again; what it keeps of what is read is
  // added. It must outlive this.
  FactReader(const SysRoot& root, FactSet& facts, KnownFiles& known)
      : root_(root), facts_(facts), known_(&known) {}

  [[nodiscard]] const SysRoot& root() const { return root_; }
  [[nodiscard]] FactSet& facts() const { return facts_; }

  // All paths are relative to the root. Nothing where the file is absent;
  // a fault and nothing where it cannot be read or is not of the form.
  [[nodiscard]] std::optional<std::string> Text(const std::string& path) const;
  // Text() of a file that many devices name (a driver's version, a table of the
  // whole machine), or that does not change while its device is there: read
  // once, and a fault of it is recorded once.
  [[nodiscard]] std::optional<std::string> SharedText(
      const std::string& path) const;
  [[nodiscard]] std::optional<std::int64_t> Integer(
      const std::string& path) const;
  // An integer from `low` to `high`; a fault where it is outside.
  [[nodiscard]] std::optional<std::int64_t> IntegerIn(const std::string& path,
                                                      std::int64_t low,
                                                      std::int64_t high) const;
  // The text of a link.
  [[nodiscard]] std::optional<std::string> LinkText(
      const std::string& path) const;
  // The last component of what a link points to, read from the link's text:
  // it need not exist in the tree.
  [[nodiscard]] std::optional<std::string> LinkName(
      const std::string& path) const;
  // Canonical(); absent is nothing, a link that leads nowhere is a fault.
  [[nodiscard]] std::optional<std::string> Canonical(
      const std::string& path) const;
  // Whether it is there; a link counts where its target is there.
  [[nodiscard]] bool Exists(const std::string& path) const;
  // The names in a directory; none where it is absent.
  [[nodiscard]] std::vector<std::string> Names(const std::string& path) const;

  // `path` is shown with a leading slash and without control characters.
  void Fault(std::string_view path, ErrorCode code, std::string what) const;

 private:
  [[nodiscard]] bool IsKnownAbsent(const std::string& path) const;
  void FaultUnlessAbsent(const std::string& path, const Error& error) const;
  // The same; that it is absent is kept.
  void NoteAbsent(const std::string& path, const Error& error) const;

  const SysRoot& root_;
  FactSet& facts_;
  KnownFiles* known_ = nullptr;
  mutable std::unordered_map<std::string, std::optional<std::string>> shared_;
};

// Evidence of the kernel: {kFirmware, "/" + path}.
[[nodiscard]] Provenance FromKernel(std::string_view path);

}  // namespace acceld::probes
