#include "integrations/kubernetes/dra/claim_leases.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/document_fields.h"
#include "base/log.h"
#include "integrations/kubernetes/dra/claim_pipeline.h"

namespace acceld::dra {
namespace {

constexpr std::string_view kLabel = "kubernetes/claim/";

// What a label names; "" where it is no claim's.
std::string UidOf(const Document& lease) {
  std::string label = TextIn(lease, "label");
  if (!label.starts_with(kLabel)) return {};
  label.erase(0, kLabel.size());
  return IsUid(label) ? label : std::string();
}

// Only a lease of this user can be gone on with, and an administrator is shown
// those of others: one that is not to be had is passed over.
std::optional<client::Lease> TryAttach(client::Client& client,
                                       const Document& listed) {
  const std::string path = TextIn(listed, "lease");
  auto lease = client.Attach(path);
  if (lease) return *std::move(lease);
  Log(LogLevel::kWarning, "lease_not_taken_up",
      {{"lease", path},
       {"label", TextIn(listed, "label")},
       {"error", lease.error().message}});
  return std::nullopt;
}

}  // namespace

bool IsUid(std::string_view uid) {
  return !uid.empty() && uid.size() <= 64 && uid.front() != '-' &&
         uid.back() != '-' && std::all_of(uid.begin(), uid.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '-';
         });
}

Result<client::Lease> ClaimLeases::Acquire(const std::string& uid,
                                           const Document& pipeline) const {
  client::AcquireOptions options;
  options.label = std::string(kLabel) + uid;
  options.linger = linger_;
  options.by_socket = true;
  return acceld_.With([&](client::Client& client) -> Result<client::Lease> {
    auto lease = client.Acquire(pipeline, nullptr, options);
    if (lease || lease.error().code != ErrorCode::kUnsupported) return lease;
    options.by_socket = false;
    return client.Acquire(Reserved(pipeline), nullptr, options);
  });
}

Result<std::optional<client::Lease>> ClaimLeases::Find(
    const std::string& uid) const {
  using Found = std::optional<client::Lease>;
  return acceld_.With([&](client::Client& client) -> Result<Found> {
    ACCELD_TRY(const Document leases, client.ListLeases());
    for (const Document& lease : *leases.AsArray()) {
      if (UidOf(lease) != uid) continue;
      if (Found found = TryAttach(client, lease)) return found;
    }
    return Found();
  });
}

Result<std::vector<ClaimLeases::Labelled>> ClaimLeases::FindAll() const {
  using All = std::vector<Labelled>;
  return acceld_.With([&](client::Client& client) -> Result<All> {
    ACCELD_TRY(const Document leases, client.ListLeases());
    All all;
    for (const Document& lease : *leases.AsArray()) {
      std::string uid = UidOf(lease);
      if (uid.empty()) continue;
      auto found = TryAttach(client, lease);
      if (found) all.push_back({std::move(uid), *std::move(found)});
    }
    return all;
  });
}

}  // namespace acceld::dra
