// FirstUse: a table of values that are computed on first use and kept.
// Thread-safe: two threads that want one value at once may both compute it,
// and one result is kept. Reading a kept value takes one atomic load.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace acceld::graph {

template <typename T>
class FirstUse {
 public:
  using Pointer = std::shared_ptr<const T>;

  explicit FirstUse(std::size_t count) : slots_(count) {}

  // `make`: gives a Pointer; called where there is no value yet.
  template <typename Make>
  const T& Get(std::size_t index, Make make) const {
    const Pointer* known = slots_[index].load(std::memory_order_acquire);
    return known != nullptr ? **known : *Keep(index, make());
  }
  // Null where nobody has asked for it.
  [[nodiscard]] Pointer Find(std::size_t index) const {
    const Pointer* known = slots_[index].load(std::memory_order_acquire);
    return known != nullptr ? *known : nullptr;
  }
  // Where there is a value already, that one stays.
  const Pointer& Keep(std::size_t index, Pointer value) const {
    const std::lock_guard lock(mutex_);
    const Pointer* known = slots_[index].load(std::memory_order_relaxed);
    if (known != nullptr) return *known;
    kept_.push_back(std::make_unique<const Pointer>(std::move(value)));
    slots_[index].store(kept_.back().get(), std::memory_order_release);
    return *kept_.back();
  }
  // How many values there are.
  [[nodiscard]] std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return kept_.size();
  }

 private:
  mutable std::vector<std::atomic<const Pointer*>> slots_;
  mutable std::mutex mutex_;  // writes of slots_, and kept_
  mutable std::vector<std::unique_ptr<const Pointer>> kept_;
};

}  // namespace acceld::graph
