// AttributeWriter: records attributes of one entity from the files of one
// directory, each with the file it came from.
// Single-threaded; keeps a reference to the reader, which must outlive it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "probes/fact_reader.h"

namespace acceld::probes {

class AttributeWriter {
 public:
  static constexpr std::int64_t kMost =
      std::numeric_limits<std::int64_t>::max();

  // `directory` is relative to the root ("sys/bus/dsa/devices/dsa0").
  AttributeWriter(const FactReader& reader, std::string key,
                  std::string directory)
      : reader_(reader),
        key_(std::move(key)),
        directory_(std::move(directory)) {}

  [[nodiscard]] const FactReader& reader() const { return reader_; }
  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] std::string Path(std::string_view file) const {
    return directory_ + "/" + std::string(file);
  }

  void Add(std::string_view name, AttributeValue value, Provenance from) const;
  // Of the kernel's `file`.
  void AddFrom(std::string_view file, std::string_view name,
               AttributeValue value) const;

  // Each reads `file` and records `name`; nothing where it is absent, a fault
  // and nothing where it is not of the form. Returns what was recorded.
  // Text without control characters; an empty one is not recorded.
  std::optional<std::string> CopyText(std::string_view file,
                                      std::string_view name) const;
  std::optional<std::int64_t> CopyInteger(std::string_view file,
                                          std::string_view name,
                                          std::int64_t low = 0,
                                          std::int64_t high = kMost) const;
  // "0" or "1".
  std::optional<bool> CopyFlag(std::string_view file,
                               std::string_view name) const;
  std::optional<Bytes> CopyBytes(std::string_view file,
                                 std::string_view name) const;

 private:
  const FactReader& reader_;
  std::string key_;
  std::string directory_;
};

}  // namespace acceld::probes
