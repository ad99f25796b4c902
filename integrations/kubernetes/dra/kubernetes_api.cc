#include "integrations/kubernetes/dra/kubernetes_api.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "integrations/kubernetes/dra/device_document.h"

namespace acceld::dra {
namespace {

// A DNS subdomain, so that what others said becomes part of a path as it is.
bool IsName(std::string_view name) {
  const auto is_fine = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  };
  return !name.empty() && name.size() <= 253 &&
         std::all_of(name.begin(), name.end(), is_fine) &&
         name.front() != '.' && name.find("..") == std::string_view::npos;
}

Status CheckName(std::string_view name) {
  if (IsName(name)) return {};
  return Fail(
      ErrorCode::kInvalidArgument,
      "'" + Printable(name, 128) + "' is no name of a Kubernetes object");
}

std::string SlicesPath(const Release& release) {
  return "/apis/resource.k8s.io/" + release.api_version + "/resourceslices";
}

// What stands for "=" and "," in a query.
std::string OwnSlicesPath(const Release& release, const std::string& node) {
  return SlicesPath(release) + "?fieldSelector=spec.nodeName%3D" + node +
         "%2Cspec.driver%3D" + kDriver;
}

const std::string* Text(const Document* document) {
  return document == nullptr ? nullptr : document->AsString();
}

const Document* Member(const Document* document, std::string_view key) {
  return document == nullptr || document->AsObject() == nullptr
             ? nullptr
             : document->Find(key);
}

// "34" and, of some vendors, "34+".
Result<int> MinorOf(const Document& version) {
  const std::string* text = Text(Member(&version, "minor"));
  const std::string* major = Text(Member(&version, "major"));
  int minor = 0;
  std::size_t digits = 0;
  for (; text != nullptr && digits < text->size() && digits < 4; ++digits) {
    const char c = (*text)[digits];
    if (c < '0' || c > '9') break;
    minor = minor * 10 + (c - '0');
  }
  if (digits == 0 || major == nullptr || *major != "1") {
    return Fail(ErrorCode::kUnsupported,
                "the API server's version is not Kubernetes 1.N");
  }
  return minor;
}

bool Offers(const Document& group, std::string_view version) {
  const Document* versions = Member(&group, "versions");
  const auto* list = versions == nullptr ? nullptr : versions->AsArray();
  return list != nullptr &&
         std::any_of(list->begin(), list->end(), [&](const Document& one) {
           const std::string* name = Text(Member(&one, "version"));
           return name != nullptr && *name == version;
         });
}

}  // namespace

Result<Release> KubernetesApi::FindRelease() {
  ACCELD_TRY(const Document version, connection_.Call("GET", "/version"));
  ACCELD_TRY(const int minor, MinorOf(version));
  auto asked = connection_.Call("GET", "/apis/resource.k8s.io");
  if (!asked && asked.error().code == ErrorCode::kNotFound) {
    return Fail(ErrorCode::kUnavailable,
                "the API server does not serve resource.k8s.io: dynamic "
                "resource allocation is switched off, or comes with Kubernetes "
                "1.32");
  }
  ACCELD_TRY(const Document group, std::move(asked));
  for (const char* api_version : kApiVersions) {
    if (Offers(group, api_version)) return Release{api_version, minor};
  }
  return Fail(ErrorCode::kUnsupported,
              "the API server has no version of resource.k8s.io from v1beta1 "
              "on: Kubernetes 1.32 or later is needed");
}

Result<std::string> KubernetesApi::NodeUid(const std::string& node) {
  ACCELD_TRY_VOID(CheckName(node));
  ACCELD_TRY(const Document object,
             connection_.Call("GET", "/api/v1/nodes/" + node));
  const std::string* uid = Text(Member(Member(&object, "metadata"), "uid"));
  if (uid != nullptr && !uid->empty()) return *uid;
  return Fail(ErrorCode::kCorruptInput, "the node has no uid");
}

Result<std::vector<Document>> KubernetesApi::ListSlices(
    const Release& release, const std::string& node) {
  ACCELD_TRY_VOID(CheckName(node));
  ACCELD_TRY(const Document list,
             connection_.Call("GET", OwnSlicesPath(release, node)));
  const Document* items = Member(&list, "items");
  if (items == nullptr || items->is_null()) return std::vector<Document>();
  const auto* array = items->AsArray();
  if (array == nullptr) {
    return Fail(ErrorCode::kCorruptInput, "the API server: no list of slices");
  }
  return *array;
}

// Without a version to start from: a watch that begins with what is there has
// missed nothing, and none is ever too old.
Status KubernetesApi::WatchSlices(const Release& release,
                                  const std::string& node,
                                  const std::function<void()>& changed) {
  ACCELD_TRY_VOID(CheckName(node));
  return connection_.Follow(
      OwnSlicesPath(release, node) +
          "&watch=1&allowWatchBookmarks=true&timeoutSeconds=300",
      [&](const Document& event) {
        const std::string* type = Text(Member(&event, "type"));
        if (type != nullptr && *type != "BOOKMARK") changed();
      });
}

Result<Document> KubernetesApi::CreateSlice(const Release& release,
                                            const Document& slice) {
  return connection_.Call("POST", SlicesPath(release), slice);
}

Result<Document> KubernetesApi::UpdateSlice(const Release& release,
                                            const std::string& name,
                                            const Document& slice) {
  ACCELD_TRY_VOID(CheckName(name));
  return connection_.Call("PUT", SlicesPath(release) + "/" + name, slice);
}

Status KubernetesApi::DeleteSlice(const Release& release,
                                  const std::string& name) {
  ACCELD_TRY_VOID(CheckName(name));
  auto deleted = connection_.Call("DELETE", SlicesPath(release) + "/" + name);
  if (deleted || deleted.error().code == ErrorCode::kNotFound) return {};
  return Fail(std::move(deleted.error()));
}

Result<Document> KubernetesApi::GetClaim(const Release& release,
                                         const std::string& name_space,
                                         const std::string& name) {
  ACCELD_TRY_VOID(CheckName(name_space));
  ACCELD_TRY_VOID(CheckName(name));
  return connection_.Call("GET", "/apis/resource.k8s.io/" +
                                     release.api_version + "/namespaces/" +
                                     name_space + "/resourceclaims/" + name);
}

}  // namespace acceld::dra
