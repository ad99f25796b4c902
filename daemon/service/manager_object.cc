#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "api/names.h"
#include "base/document_reader.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/version.h"
#include "daemon/plan_copies.h"
#include "daemon/service/device_state.h"
#include "daemon/service/guarded.h"
#include "daemon/service/lease_document.h"
#include "daemon/service/objects.h"
#include "daemon/service/statistics_document.h"
#include "daemon/service/visibility.h"
#include "graph/machine_document.h"

namespace acceld::daemon {
namespace {

Result<std::string> ParseLabel(std::string_view text) {
  if (text.size() <= Broker::kMaxLabelBytes &&
      Printable(text, Broker::kMaxLabelBytes) == text) {
    return std::string(text);
  }
  return Fail(ErrorCode::kInvalidArgument,
              "must be at most " + std::to_string(Broker::kMaxLabelBytes) +
                  " bytes of printable UTF-8");
}

// All of a request but its pipeline and session.
Result<Broker::AcquireRequest> ReadAcquireOptions(
    const api::WireDocument& options) {
  const Document& document = options.document;
  Complaints complaints;
  ObjectReader reader(document, "/options", complaints);
  const std::string grants = reader.String("grants").value_or("session");
  if (grants != "session" && grants != "take" && grants != "socket") {
    reader.Complain("grants", "must be \"session\", \"take\" or \"socket\"");
  }
  Broker::AcquireRequest request;
  request.keep = grants != "session";
  request.by_socket = grants == "socket";
  request.explain = reader.Bool("explain").value_or(false);
  request.label = reader.Parsed("label", ParseLabel).value_or("");
  request.linger =
      std::chrono::nanoseconds(reader.Parsed("linger", ParseNanoseconds)
                                   .value_or(Nanoseconds())
                                   .value());
  reader.RefuseUnknownKeys();
  if (!complaints.empty()) return Fail(complaints.ToError());
  return request;
}

// How many copies Plan is to place; 0: one, explained.
Result<int> ReadPlanOptions(const api::WireDocument& options) {
  Complaints complaints;
  ObjectReader reader(options.document, "/options", complaints);
  const auto copies = reader.Integer("copies", 1, kMostCopies);
  reader.RefuseUnknownKeys();
  if (!complaints.empty()) return Fail(complaints.ToError());
  return static_cast<int>(copies.value_or(0));
}

// What the filter of Describe may hold.
struct DescribeFilter {
  std::vector<VertexKind> kinds;  // empty: all
  bool places = false;            // say where devices hang
};

Result<DescribeFilter> ReadFilter(const api::WireDocument& filter) {
  const Document& document = filter.document;
  Complaints complaints;
  ObjectReader reader(document, "/filter", complaints);
  std::vector<VertexKind> kinds;
  const bool places = reader.Bool("places").value_or(false);
  const std::vector<std::string> names = reader.Strings("kinds");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto kind = ParseVertexKind(names[i]);
    if (kind) {
      kinds.push_back(*kind);
    } else {
      complaints.Add(PointerTo(reader.PointerOf("kinds"), i),
                     "no kind of vertex has this name");
    }
  }
  reader.RefuseUnknownKeys();
  if (!complaints.empty()) return Fail(complaints.ToError());
  return DescribeFilter{std::move(kinds), places};
}

// The path leaves out what the caller may not know of.
Document ToDocument(const graph::Distance& distance, const Broker& broker,
                    const Asker& asker) {
  const Visibility seen(broker, asker);
  Document path = Document::Array{};
  for (const graph::VertexId id : distance.path) {
    const graph::Vertex& vertex = broker.topology()->vertex(id);
    if (seen.Shows(vertex)) path.Append(vertex.key);
  }
  Document document;
  document.Set("latency", ToString(distance.latency));
  document.Set("latency_ns", distance.latency.value());
  document.Set("bandwidth", ToString(distance.bandwidth));
  document.Set("bandwidth_bytes_per_second", distance.bandwidth.value());
  document.Set("hops", distance.hops);
  document.Set("locality", Name(distance.locality));
  document.Set("evidence", EvidenceName(distance.evidence));
  document.Set("path", std::move(path));
  return document;
}

// A vertex that the caller may see.
Result<graph::VertexId> Visible(const Broker& broker, const Asker& asker,
                                const std::string& key) {
  // Asked in every case, so that what is hidden takes no longer to be refused
  // than what does not exist.
  const Visibility seen(broker, asker);
  const auto id = broker.topology()->Find(key);
  if (id && seen.Shows(broker.topology()->vertex(*id))) return *id;
  return Fail(ErrorCode::kNotFound,
              "'" + Printable(key, 128) +
                  "' is not a vertex of this machine; Describe lists them");
}

}  // namespace

ManagerObject::ManagerObject(sdbus::IConnection& connection, Serving& serving)
    : AdaptorInterfaces(connection, api::kRootPath), serving_(serving) {
  registerAdaptor();
}

ManagerObject::~ManagerObject() { unregisterAdaptor(); }

void ManagerObject::Acquire(
    sdbus::Result<sdbus::ObjectPath, api::WireDocument>&& result,
    api::WireDocument pipeline, sdbus::UnixFd session,
    api::WireDocument options) {
  Guarded("Acquire", [&] {
    Broker::AcquireRequest request = OrThrow(ReadAcquireOptions(options));
    request.pipeline = std::move(pipeline.document);
    // The library's own descriptor lacks CLOEXEC and stays its own.
    request.session = OrThrow(DuplicateFd(session.get()));
    auto reply =
        std::make_shared<std::decay_t<decltype(result)>>(std::move(result));
    serving_.broker.Acquire(
        serving_.asker(), std::move(request),
        [reply](Result<Broker::Acquired> acquired) {
          Unasked("Acquire", [&] {
            if (!acquired) {
              reply->returnError(ToBusError(acquired.error()));
              return;
            }
            reply->returnResults(sdbus::ObjectPath(LeasePath(acquired->lease)),
                                 api::AsWire(std::move(acquired->placement)));
          });
        });
  });
}

void ManagerObject::Plan(sdbus::Result<api::WireDocument>&& result,
                         api::WireDocument pipeline,
                         api::WireDocument options) {
  Guarded("Plan", [&] {
    Broker::PlanRequest request;
    request.copies = OrThrow(ReadPlanOptions(options));
    request.pipeline = std::move(pipeline.document);
    auto reply =
        std::make_shared<sdbus::Result<api::WireDocument>>(std::move(result));
    serving_.broker.Plan(serving_.asker(), std::move(request),
                         [reply](Result<Document> planned) {
                           Unasked("Plan", [&] {
                             if (!planned) {
                               reply->returnError(ToBusError(planned.error()));
                             } else {
                               reply->returnResults(api::AsWire(*planned));
                             }
                           });
                         });
  });
}

void ManagerObject::Acknowledge(const std::string& receipt) {
  Guarded("Acknowledge", [&] {
    OrThrow(serving_.broker.Acknowledge(serving_.asker(), receipt));
  });
}

std::string ManagerObject::Describe(const api::WireDocument& filter) {
  return Guarded("Describe", [&] {
    const auto given = OrThrow(ReadFilter(filter));
    const Asker& asker = serving_.asker();
    graph::ExportOptions wanted;
    wanted.kinds = given.kinds;
    const Visibility seen(serving_.broker, asker);
    wanted.shows = [&](const graph::Vertex& vertex) {
      return seen.Shows(vertex);
    };
    wanted.conceals = [&](const Attribute& attribute) {
      return seen.Conceals(attribute);
    };
    wanted.now = [&](const graph::Vertex& vertex) {
      auto attributes = AttributesNow(serving_.broker, asker, vertex);
      if (given.places) {
        AppendPlaces(*serving_.broker.topology(), seen, vertex, attributes);
      }
      return attributes;
    };
    return PrintJson(
        graph::MachineDocument(*serving_.broker.topology(), wanted));
  });
}

api::WireDocument ManagerObject::Distance(const std::string& from,
                                          const std::string& to) {
  return Guarded("Distance", [&] {
    const Asker& asker = serving_.asker();
    const auto start = OrThrow(Visible(serving_.broker, asker, from));
    const auto end = OrThrow(Visible(serving_.broker, asker, to));
    const graph::Topology& topology = *serving_.broker.topology();
    const auto distance = topology.DistanceBetween(start, end);
    if (!distance) {
      throw ToBusError({ErrorCode::kNotFound,
                        "no path leads from " + from + " to " + to, 0});
    }
    return api::AsWire(ToDocument(*distance, serving_.broker, asker));
  });
}

std::vector<api::WireDocument> ManagerObject::ListLeases() {
  return Guarded("ListLeases", [&] {
    std::vector<api::WireDocument> list;
    for (const Lease* lease : serving_.broker.LeasesOf(serving_.asker())) {
      list.push_back(api::AsWire(ToDocument(*lease, serving_.broker)));
    }
    return list;
  });
}

std::uint64_t ManagerObject::Rescan() {
  return Guarded("Rescan", [&] {
    return OrThrow(serving_.broker.Rescan(serving_.asker()));
  });
}

std::string ManagerObject::Version() { return kVersion; }

std::uint64_t ManagerObject::Generation() {
  return serving_.broker.topology()->generation();
}

std::vector<api::WireDocument> ManagerObject::Quarantine() {
  return Guarded("Quarantine", [&] {
    // Of what the caller may see.
    const Asker& asker = serving_.asker();
    std::vector<api::WireDocument> list;
    for (Document& one : QuarantineDocuments(serving_.broker, asker)) {
      const std::string& key = *one.Find("device")->AsString();
      const auto id = serving_.broker.topology()->Find(key);
      if (id && !MayUse(serving_.broker, asker,
                        serving_.broker.topology()->vertex(*id))) {
        continue;
      }
      if (!id && one.Find("lease") == nullptr) continue;
      list.push_back(api::AsWire(one));
    }
    return list;
  });
}

api::WireDocument ManagerObject::Statistics() {
  return Guarded("Statistics", [&] {
    return api::AsWire(
        StatisticsDocument(serving_.broker.StatisticsFor(serving_.asker())));
  });
}

std::string ManagerObject::Mode() { return serving_.broker.mode(); }

}  // namespace acceld::daemon
