// Workload: who asks for which pipeline when, and for how long; written down
// request by request, or drawn from a seed (docs/policy.md, "Workloads").
// A value; no threading rule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "base/units.h"
#include "client/policy/people.h"
#include "policy/subject.h"

namespace acceld::policy_tool {

struct WorkloadUser {
  std::string name;
  policy::Subject subject;
};

struct WorkloadPipeline {
  std::string name;
  Document document;
};

struct Arrival {
  Nanoseconds at;            // from the start
  Nanoseconds hold;          // how long the lease is kept
  std::size_t user = 0;      // index into Workload::users
  std::size_t pipeline = 0;  // index into Workload::pipelines
};

struct Workload {
  std::vector<WorkloadUser> users;
  std::vector<WorkloadPipeline> pipelines;
  std::vector<Arrival> arrivals;  // in the order of time
  // Of which function fragmentation is measured.
  std::string watch;
};

// Reads a pipeline file that a workload names. Errors: its own.
using ReadPipeline = std::function<Result<Document>(const std::string& name)>;

inline constexpr std::int64_t kMaxArrivals = 1'000'000;

// `seed`, where given, replaces that of the workload. Errors: kInvalidArgument,
// every mistake with its JSON pointer; kNotFound (users, groups); those of
// `read`.
[[nodiscard]] Result<Workload> ParseWorkload(const Document& document,
                                             const People& people,
                                             const ReadPipeline& read,
                                             std::optional<std::int64_t> seed);
// The same from a file; pipelines are looked for beside it.
[[nodiscard]] Result<Workload> ReadWorkload(const std::string& path,
                                            const People& people,
                                            std::optional<std::int64_t> seed);

// Reads a JSON file. Errors: as ReadTextFile; kInvalidArgument.
[[nodiscard]] Result<Document> ReadJsonFile(const std::string& path);

}  // namespace acceld::policy_tool
