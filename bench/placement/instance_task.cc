#include <set>
#include <utility>

#include "base/clock.h"
#include "bench/placement/instance.h"
#include "bench/placement/matrix_problem.h"
#include "bench/placement/task.h"
#include "placement/search/find_best.h"

namespace acceld::bench {
namespace {

constexpr std::int64_t kAnyNumber = std::int64_t{1} << 50;  // of nodes

class InstanceTask final : public Task {
 public:
  InstanceTask(std::string file, Instance instance)
      : file_(std::move(file)), instance_(std::move(instance)) {}

  [[nodiscard]] const std::string& name() const override {
    return instance_.name;
  }
  [[nodiscard]] std::size_t devices() const override {
    return instance_.devices;
  }
  [[nodiscard]] std::size_t free() const override {
    std::set<std::size_t> free;
    for (const auto& allowed : instance_.allowed) {
      free.insert(allowed.begin(), allowed.end());
    }
    return free.size();
  }
  [[nodiscard]] const std::string& file() const override { return file_; }
  [[nodiscard]] const Instance* instance() const override { return &instance_; }

  [[nodiscard]] Measured Solve(const Effort& effort) const override {
    const SteadyClock clock;
    const SteadyTime start = clock.Now();
    const auto problem = MakeProblem(instance_);
    const auto span =
        std::chrono::duration_cast<SteadyTime::duration>(effort.limit);
    placement::SearchLimits limits{start + span, kAnyNumber};
    limits.threads = effort.threads;
    const auto result = placement::FindBest(*problem, limits, clock);
    Measured measured;
    measured.time = clock.Now() - start;
    measured.nodes = result.nodes;
    measured.lower_bound = result.lower_bound;
    measured.at_limit = !result.complete;
    measured.proved = result.lower_bound >= result.total;
    if (result.values) measured.cost = result.total;
    return measured;
  }

 private:
  const std::string file_;
  const Instance instance_;
};

}  // namespace

Result<std::unique_ptr<Task>> OpenInstance(const std::string& file) {
  ACCELD_TRY(Instance instance, ReadInstance(file));
  return std::make_unique<InstanceTask>(file, std::move(instance));
}

}  // namespace acceld::bench
