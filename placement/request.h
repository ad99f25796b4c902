// The request: a pipeline of stages, as DESIGN 5 and docs/pipeline.md say.
// Parsed strictly from a Document (JSON file or D-Bus a{sv}); all mistakes are
// reported at once, each with its JSON pointer. Pure values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "base/topology_terms.h"
#include "base/units.h"
#include "policy/selector.h"
#include "policy/settings.h"

namespace acceld::placement {

using policy::Sharing;
using policy::SvaNeed;
enum class GrantNeed {
  kAny,
  kPath,  // at the device's usual path
  kNone,  // reserved, and opened by nobody of acceld's
};

struct Stage {
  std::string name;        // unique; not "host"
  std::string function;    // "decompress/deflate"
  std::int64_t count = 1;  // replicas, each with a device of its own grant
  std::vector<policy::Selector> select;
  SvaNeed sva = SvaNeed::kAny;
  Sharing sharing = Sharing::kShared;
  GrantNeed grant = GrantNeed::kAny;
  std::optional<Bytes> memory;  // device memory needed
};

// Index of the built-in stage "host": the CPUs that the client runs on.
inline constexpr std::size_t kHost = static_cast<std::size_t>(-1);

struct Buffer {
  Bytes size;
  std::optional<MemoryKind> kind;
  bool huge_pages = false;
};

struct LinkRequirement {
  std::optional<Locality> locality;  // at least this near
  std::optional<BytesPerSecond> min_bandwidth;
  std::optional<Nanoseconds> max_latency;
};

// From a stage to itself: every replica sends to every other. Such a link has
// no buffer, and its stage a count of two or more.
struct PipelineLink {
  std::size_t from = kHost;  // index into stages, or kHost
  std::size_t to = kHost;
  BytesPerSecond traffic{1'000'000'000};
  // Stated traffic must have room on every link that it shares; what the
  // request is silent about only weighs.
  bool traffic_stated = false;
  std::optional<Buffer> buffer;
  LinkRequirement require;
  // Whether it is traffic among the replicas of one stage.
  [[nodiscard]] bool is_exchange() const { return from == to; }
};

// All stages named must agree (or pairwise differ) in something.
struct GroupConstraint {
  enum class Kind { kSame, kDistinct };
  Kind kind{};
  std::string attribute;  // "device", "switch", "root-port", "host-bridge",
                          // "numa", "package", "iommu-group", or the name of
                          // an attribute of the device
  std::vector<std::size_t> stages;
};

struct Client {
  // OS cpu numbers the client runs on; empty: "near", any CPU may be chosen.
  std::vector<std::int64_t> cpus;
  std::int64_t processes = 1;  // address spaces: PASIDs that it uses
  // Whether its one process uses a PASID already. Not part of the document:
  // the daemon knows it.
  bool has_pasid = false;
};

struct Request {
  std::vector<Stage> stages;
  std::vector<PipelineLink> links;
  std::vector<GroupConstraint> constraints;
  Client client;
  std::string policy = "default";  // name of the objective
  std::optional<Nanoseconds> deadline;
  // Whether it is not the process that asks that opens a device: another
  // address space then, and a PASID of its own.
  [[nodiscard]] bool is_opened_elsewhere() const;
};

// What a request may be at most, whatever the policy.
inline constexpr std::int64_t kMaxStages = 64;  // replicas counted
inline constexpr std::size_t kMaxLinks = 256;
inline constexpr std::size_t kMaxConstraints = 64;
inline constexpr std::size_t kMaxSelectors = 16;  // per stage
inline constexpr std::size_t kMaxNameBytes = 64;

// Errors: kInvalidArgument; the message has one line per mistake, each
// "/stages/0/count: ...". Refused too: duplicate stage names, links that name
// no stage, links that form a cycle ("host" may begin and end a pipeline, and
// a stage be linked to itself).
// An unknown function is refused here (the vocabulary is api's), a function
// that no device offers is not (it is unsatisfiable). `defaults` say what
// holds where the request is silent.
[[nodiscard]] Result<Request> ParseRequest(
    const Document& document, const policy::Defaults& defaults = {});

}  // namespace acceld::placement
