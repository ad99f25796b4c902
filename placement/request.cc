#include "placement/request.h"

#include <utility>

#include "base/cpu_list.h"
#include "base/document_reader.h"
#include "placement/link_reader.h"
#include "placement/pipeline_check.h"
#include "placement/stage_reader.h"

namespace acceld::placement {
namespace {

// Address spaces of one client; PASIDs are 20 bits wide at most (PCIe base
// specification 5.0, 6.20), so more can never be had.
constexpr std::int64_t kMaxProcesses = (std::int64_t{1} << 20) - 2;

void ReadCpus(ObjectReader& reader, Client& client) {
  const auto text = reader.String("cpus");
  if (!text || *text == "near") return;
  auto cpus = ParseCpuList(*text);
  if (!cpus) {
    reader.Complain("cpus", cpus.error().message + ", or \"near\"");
  } else if (cpus->empty()) {
    reader.Complain("cpus", "names no CPU; leave it out or write \"near\"");
  } else {
    client.cpus.assign(cpus->begin(), cpus->end());
  }
}

Client ReadClient(const Document& document, Complaints& complaints) {
  ObjectReader reader(document, "/client", complaints);
  Client client;
  ReadCpus(reader, client);
  client.processes = reader.Integer("processes", 1, kMaxProcesses).value_or(1);
  reader.RefuseUnknownKeys();
  return client;
}

}  // namespace

bool Request::is_opened_elsewhere() const {
  return std::any_of(stages.begin(), stages.end(), [](const Stage& stage) {
    return stage.grant == GrantNeed::kNone;
  });
}

Result<Request> ParseRequest(const Document& document,
                             const policy::Defaults& defaults) {
  Complaints complaints;
  Request request;
  ObjectReader reader(document, "", complaints);
  if (document.AsObject() == nullptr) return Fail(complaints.ToError());
  request.stages = ReadStages(reader, defaults);
  request.links = ReadLinks(reader, request.stages, defaults);
  request.constraints = ReadConstraints(reader, request.stages);
  if (const Document* client = reader.Find("client")) {
    request.client = ReadClient(*client, complaints);
  }
  if (auto policy = reader.String("policy")) {
    if (CheckName(reader, "policy", *policy)) {
      request.policy = *std::move(policy);
    }
  }
  request.deadline = reader.Parsed("deadline", ParseNanoseconds);
  if (request.deadline && request.deadline->value() == 0) {
    reader.Complain("deadline", "must be more than 0");
  }
  // For editors and people; without effect.
  static_cast<void>(reader.String("$schema"));
  static_cast<void>(reader.String("description"));
  reader.RefuseUnknownKeys();
  CheckPipeline(request, complaints);
  if (!complaints.empty()) return Fail(complaints.ToError());
  return request;
}

}  // namespace acceld::placement
