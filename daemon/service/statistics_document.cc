#include "daemon/service/statistics_document.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "api/error_names.h"
#include "api/names.h"
#include "base/error.h"
#include "daemon/statistics.h"

namespace acceld::daemon {
namespace {

// Every name of the closed list, so that a counter is there before it moves.
Document ToDocument(const Outcomes& outcomes) {
  Document refused;
  for (std::size_t i = 0; i < outcomes.refused.size(); ++i) {
    const std::string name = api::ErrorNameOf(static_cast<ErrorCode>(i));
    refused.Set(name.substr(std::string_view(api::kErrorPrefix).size()),
                outcomes.refused[i]);
  }
  Document document;
  document.Set("succeeded", outcomes.succeeded);
  document.Set("refused", std::move(refused));
  return document;
}

Document ToDocument(const Histogram& histogram) {
  Document buckets = Document::Array{};
  std::int64_t count = 0;
  for (std::size_t i = 0; i < histogram.bounds().size(); ++i) {
    count += histogram.counts()[i];
    Document bucket;
    bucket.Set("at_most", histogram.bounds()[i]);
    bucket.Set("count", count);
    buckets.Append(std::move(bucket));
  }
  Document document;
  document.Set("count", histogram.count());
  document.Set("sum", histogram.sum());
  document.Set("buckets", std::move(buckets));
  return document;
}

Document ToDocument(const Broker::NamespaceStatistics& one) {
  Document ended;
  ended.Set("released", one.tally->released);
  ended.Set("revoked", one.tally->revoked);
  Document document;
  document.Set("namespace", one.name);
  document.Set("leases", one.leases);
  document.Set("ended", std::move(ended));
  document.Set("acquire", ToDocument(one.tally->acquire));
  document.Set("plan", ToDocument(one.tally->plan));
  document.Set("acquire_seconds", ToDocument(one.tally->acquire_seconds));
  document.Set("search_seconds", ToDocument(one.tally->search_seconds));
  document.Set("gap", ToDocument(one.tally->gap));
  return document;
}

}  // namespace

Document StatisticsDocument(
    std::span<const Broker::NamespaceStatistics> namespaces) {
  Document list = Document::Array{};
  for (const auto& one : namespaces) list.Append(ToDocument(one));
  Document document;
  document.Set("namespaces", std::move(list));
  return document;
}

}  // namespace acceld::daemon
