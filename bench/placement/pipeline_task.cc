#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "base/clock.h"
#include "base/json.h"
#include "bench/placement/task.h"
#include "graph/topology.h"
#include "placement/placement.h"
#include "policy/policy.h"
#include "probes/machine_document.h"

namespace acceld::bench {
namespace {

constexpr std::int64_t kAnyNumber = std::int64_t{1} << 50;  // of nodes

// The file's name without folders and ".json".
std::string ShortName(const std::string& file) {
  std::string name = file.substr(file.rfind('/') + 1);
  if (name.ends_with(".json")) name.resize(name.size() - 5);
  return name;
}

Measured ToMeasured(const placement::Outcome& outcome) {
  Measured measured;
  if (const auto* solved = std::get_if<placement::Solved>(&outcome)) {
    measured.cost = solved->placement.total;
    measured.lower_bound = solved->lower_bound;
    measured.proved = solved->proof == placement::Proof::kOptimal;
    measured.at_limit = !measured.proved;
    measured.nodes = solved->nodes;
  } else if (const auto* ended = std::get_if<placement::TimedOut>(&outcome)) {
    measured.at_limit = true;
    measured.nodes = ended->nodes;
  } else {
    measured.proved = true;  // that nothing fits
  }
  return measured;
}

class PipelineTask final : public Task {
 public:
  PipelineTask(std::string name, placement::Request request,
               std::shared_ptr<const graph::Topology> topology)
      : name_(std::move(name)),
        request_(std::move(request)),
        topology_(std::move(topology)),
        policy_(policy::Policy::Default()) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::size_t devices() const override {
    const placement::CandidateSet candidates = Candidates();
    std::set<std::uint32_t> devices;
    for (const auto& stage : candidates.stages) {
      for (const auto id : stage.devices) devices.insert(id.value());
      for (const auto& one : stage.rejections) {
        devices.insert(one.device.value());
      }
    }
    return devices.size();
  }
  [[nodiscard]] std::size_t free() const override {
    const placement::CandidateSet candidates = Candidates();
    std::set<std::uint32_t> devices;
    for (const auto& stage : candidates.stages) {
      for (const auto id : stage.devices) devices.insert(id.value());
    }
    return devices.size();
  }
  [[nodiscard]] const std::string& file() const override { return no_file_; }
  [[nodiscard]] const Instance* instance() const override { return nullptr; }

  [[nodiscard]] Measured Solve(const Effort& effort) const override {
    const SteadyClock clock;
    const SteadyTime start = clock.Now();
    const auto span =
        std::chrono::duration_cast<SteadyTime::duration>(effort.limit);
    const placement::Budget budget{start + span, kAnyNumber};
    const auto outcome =
        placement::Solve(request_, Candidates(), *topology_, {},
                         policy_->objective(), budget, clock);
    const Seconds time = clock.Now() - start;
    Measured measured = ToMeasured(outcome);
    measured.time = time;
    return measured;
  }

 private:
  [[nodiscard]] placement::CandidateSet Candidates() const {
    return placement::FindCandidates(
        request_, *topology_, {}, *policy_, policy::Subject{},
        [](const graph::Vertex&) { return std::nullopt; });
  }

  const std::string name_;
  const std::string no_file_;
  const placement::Request request_;
  const std::shared_ptr<const graph::Topology> topology_;
  const std::shared_ptr<const policy::Policy> policy_;
};

Result<placement::Request> ReadRequest(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(ErrorCode::kNotFound, path + ": cannot be read");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto document = ParseJson(text);
  if (!document) {
    return Fail(document.error().code, path + ": " + document.error().message);
  }
  auto request = placement::ParseRequest(*document);
  if (!request) {
    return Fail(request.error().code, path + ": " + request.error().message);
  }
  return request;
}

}  // namespace

Result<std::unique_ptr<Task>> OpenPipeline(const std::string& host,
                                           const std::string& pipeline) {
  ACCELD_TRY(probes::FactSet facts, probes::ReadMachineFile(host));
  ACCELD_TRY(placement::Request request, ReadRequest(pipeline));
  return std::make_unique<PipelineTask>(
      ShortName(pipeline) + " on " + ShortName(host), std::move(request),
      graph::Topology::Build(facts, 1));
}

}  // namespace acceld::bench
