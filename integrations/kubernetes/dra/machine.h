// Machine: what acceld describes, read for publishing: the devices that can be
// leased, each with all that is known of it and of what it is part of.
// Immutable once parsed; thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/document.h"
#include "base/result.h"

namespace acceld::dra {

// One device that a lease can hold: an engine, an accelerator without engines,
// a NIC or storage device that offers a function.
class MachineDevice {
 public:
  // `chain`: attributes of the device, of the accelerator that it is an engine
  // of and of the function below, nearest first; they outlive the device.
  // `fabric` as below.
  MachineDevice(std::string key, std::vector<const Document*> chain,
                std::optional<std::string> fabric)
      : key_(std::move(key)),
        chain_(std::move(chain)),
        fabric_(std::move(fabric)) {}

  [[nodiscard]] const std::string& key() const { return key_; }
  // "wq0.0" of "engine:wq0.0".
  [[nodiscard]] std::string_view short_name() const;
  // The nearest value; null where it is not known. "name", "instances" and
  // "instances_free" are the device's own.
  [[nodiscard]] const Document* Get(std::string_view name) const;
  // Nothing where it is absent or of another type.
  [[nodiscard]] std::optional<std::string> String(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> Integer(
      std::string_view name) const;
  // Of a list, sorted and each once; empty where it is none.
  [[nodiscard]] std::vector<std::string> Strings(std::string_view name) const;
  // Whether it is opened by a node of its own. What is driven by way of VFIO is
  // not: its group's node belongs to a whole group, which acceld opens.
  [[nodiscard]] bool HasNode() const;
  // The worst "health" of its parts: "failed", "degraded", "ok" or "unknown".
  [[nodiscard]] std::string Health() const;
  // Of the fabric that joins it with others, the least of their keys; nothing
  // where it is in none.
  [[nodiscard]] const std::optional<std::string>& fabric() const {
    return fabric_;
  }

 private:
  std::string key_;
  std::vector<const Document*> chain_;
  std::optional<std::string> fabric_;
};

class Machine {
 public:
  // `text`: a machine document as Describe gives it with the filter
  // "places": true. Errors: kCorruptInput.
  [[nodiscard]] static Result<Machine> Parse(std::string_view text);

  // Those that can be leased, in key order.
  [[nodiscard]] const std::vector<MachineDevice>& devices() const {
    return devices_;
  }

 private:
  std::shared_ptr<const Document> document_;  // what the devices point into
  std::vector<MachineDevice> devices_;
};

}  // namespace acceld::dra
