#include "daemon/taints.h"

#include <algorithm>
#include <utility>

namespace acceld::daemon {

placement::DeviceTaint AskTaints(std::shared_ptr<const TaintTable> table) {
  if (table == nullptr || table->empty()) return {};
  return
      [table = std::move(table)](
          const graph::Vertex& device) -> std::optional<policy::TaintVerdict> {
        const auto found = table->find(device.key);
        if (found == table->end()) return std::nullopt;
        return policy::TaintVerdict{found->second.refuses, kSetAtRunTime,
                                    found->second.reason};
      };
}

Taints::Taints() : table_(std::make_shared<const TaintTable>()) {}

Status Taints::Set(const std::string& device, Taint taint) {
  if (table_->size() >= kMaxTaints && !table_->contains(device)) {
    return Fail(ErrorCode::kQuotaExceeded, "too many devices are tainted");
  }
  auto table = std::make_shared<TaintTable>(*table_);
  (*table)[device] = std::move(taint);
  table_ = std::move(table);
  return {};
}

Status Taints::Remove(const std::string& device) {
  if (!table_->contains(device)) {
    return Fail(ErrorCode::kNotFound,
                device + " has no taint that was set at run time");
  }
  auto table = std::make_shared<TaintTable>(*table_);
  table->erase(device);
  table_ = std::move(table);
  return {};
}

const std::shared_ptr<const TaintTable>& Taints::Current(SteadyTime now) {
  const auto is_over = [now](const auto& taint) {
    return taint.second.until && *taint.second.until <= now;
  };
  if (std::any_of(table_->begin(), table_->end(), is_over)) {
    auto table = std::make_shared<TaintTable>(*table_);
    std::erase_if(*table, is_over);
    table_ = std::move(table);
  }
  return table_;
}

}  // namespace acceld::daemon
