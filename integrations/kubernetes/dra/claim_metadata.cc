#include "integrations/kubernetes/dra/claim_metadata.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "base/document.h"
#include "base/json.h"
#include "integrations/kubernetes/dra/device_document.h"

namespace acceld::dra {
namespace {

constexpr std::string_view kDirectory =
    "/var/run/kubernetes.io/dra-device-attributes/";

bool IsSmall(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// A DNS label, and a name of labels (RFC 1123).
bool IsLabel(std::string_view text) {
  return !text.empty() && text.size() <= 63 && IsSmall(text.front()) &&
         IsSmall(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return IsSmall(c) || c == '-'; });
}

bool IsSubdomain(std::string_view text) {
  if (text.size() > 253) return false;
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!IsLabel(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string PathOf(const std::string& claim, const std::string& pod_claim,
                   const std::string& request) {
  const bool is_made = !pod_claim.empty();  // of a template
  return std::string(kDirectory) +
         (is_made ? "resourceclaimtemplates/" + pod_claim
                  : "resourceclaims/" + claim) +
         "/" + request + "/" + kDriver + "-metadata.json";
}

Status CheckNames(const ClaimName& claim, const std::string& pod_claim,
                  const std::string& request) {
  if (IsSubdomain(claim.name) && IsLabel(request) &&
      (pod_claim.empty() || IsLabel(pod_claim))) {
    return {};
  }
  return Fail(ErrorCode::kInvalidArgument,
              "the claim, or one of its requests, has no name of Kubernetes");
}

Document DeviceOf(const AllocatedDevice& one, const std::string& pool,
                  const Machine& machine, const Release& release) {
  Document device = Document::Object{
      {"driver", kDriver}, {"pool", pool}, {"name", one.device.name}};
  const auto& devices = machine.devices();
  const auto known = std::find_if(devices.begin(), devices.end(),
                                  [&](const MachineDevice& candidate) {
                                    return candidate.key() == one.device.key;
                                  });
  if (known != devices.end()) {
    device.Set("attributes", LastingAttributes(*known, release));
  }
  return device;
}

// The same in each version that containers may know, the newest first.
std::string TextOf(const ClaimName& claim, const std::string& pod_claim,
                   const Document& requests) {
  std::string text;
  for (const char* version : {"v1beta1", "v1alpha1"}) {
    Document object = Document::Object{
        {"apiVersion", std::string("metadata.resource.k8s.io/") + version},
        {"kind", "DeviceMetadata"},
        {"metadata", Document::Object{{"name", claim.name},
                                      {"namespace", claim.name_space},
                                      {"uid", claim.uid},
                                      {"generation", 1}}}};
    if (!pod_claim.empty()) object.Set("podClaimName", pod_claim);
    object.Set("requests", requests);
    text += PrintJson(object) + "\n";
  }
  return text;
}

// "" where it is no text.
std::string Text(const Document* object, std::string_view key) {
  const Document* value = object == nullptr || object->AsObject() == nullptr
                              ? nullptr
                              : object->Find(key);
  const auto* text = value == nullptr ? nullptr : value->AsString();
  return text == nullptr ? std::string() : *text;
}

}  // namespace

std::string MainRequest(const std::string& request) {
  return request.substr(0, request.find('/'));
}

Result<std::vector<RequestMetadata>> MetadataOf(const ClaimName& claim,
                                                const Allocation& allocation,
                                                const std::string& pool,
                                                const Machine& machine,
                                                const Release& release) {
  struct Devices {
    std::string request;  // with the alternative that was allocated
    Document list = Document::Array{};
  };
  std::map<std::string, Devices> by_request;
  for (const AllocatedDevice& one : allocation.devices) {
    Devices& devices = by_request[MainRequest(one.request)];
    devices.request = one.request;
    devices.list.Append(DeviceOf(one, pool, machine, release));
  }
  const std::string& pod_claim = allocation.pod_claim;
  std::vector<RequestMetadata> all;
  for (auto& [request, devices] : by_request) {
    ACCELD_TRY_VOID(CheckNames(claim, pod_claim, request));
    const Document requests = Document::Array{Document::Object{
        {"name", devices.request}, {"devices", std::move(devices.list)}}};
    all.push_back({request, PathOf(claim.name, pod_claim, request),
                   TextOf(claim, pod_claim, requests)});
  }
  return all;
}

Result<RequestMetadata> ReadMetadata(std::string text) {
  const auto object =
      ParseJson(std::string_view(text).substr(0, text.find('\n')));
  const Document* whole = object ? &*object : nullptr;
  const Document* metadata = whole == nullptr || whole->AsObject() == nullptr
                                 ? nullptr
                                 : whole->Find("metadata");
  const Document* requests =
      metadata == nullptr ? nullptr : whole->Find("requests");
  const auto* list = requests == nullptr ? nullptr : requests->AsArray();
  if (list == nullptr || list->size() != 1) {
    return Fail(ErrorCode::kCorruptInput, "no metadata of a request");
  }
  const std::string request = MainRequest(Text(&list->front(), "name"));
  const ClaimName claim{{}, Text(metadata, "name"), {}};
  const std::string pod_claim = Text(whole, "podClaimName");
  if (!CheckNames(claim, pod_claim, request)) {
    return Fail(ErrorCode::kCorruptInput, "metadata without a proper name");
  }
  return RequestMetadata{request, PathOf(claim.name, pod_claim, request),
                         std::move(text)};
}

}  // namespace acceld::dra
