#include "tests/integration/kubernetes/dra/served_node.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "tests/integration/running_daemon.h"

namespace acceld::testing {
namespace {

Document ClaimList(const std::vector<std::string>& names) {
  Document list = Document::Array{};
  for (const std::string& name : names) {
    list.Append(Document::Object{
        {"namespace", "ns"}, {"name", name}, {"uid", "uid-" + name}});
  }
  return list;
}

}  // namespace

const Document& At(const Document& from, const std::vector<std::string>& way) {
  static const Document kNone;
  const Document* at = &from;
  for (const std::string& key : way) {
    if (const auto* list = at->AsArray()) {
      const auto index = static_cast<std::size_t>(std::stoul(key));
      if (index >= list->size()) return kNone;
      at = &(*list)[index];
      continue;
    }
    at = at->AsObject() == nullptr ? nullptr : at->Find(key);
    if (at == nullptr) return kNone;
  }
  return *at;
}

void ServedNode::StartCluster(const std::string& host, const std::string& minor,
                              bool sockets) {
  directory_.AddDirectory("run");
  std::vector<std::string> arguments{
      "--host=" + Runfile("configs/hosts/" + host + ".json"),
      "--stand-in=soft"};
  if (sockets) {
    arguments.push_back("--runtime-directory=" + directory_.At("run"));
  }
  Serve(std::move(arguments));
  StartApiServer(minor);
}

void ServedNode::StartApiServer(const std::string& minor) {
  for (const char* name : {"account", "cdi", "kubelet", "kubelet/plugins",
                           "kubelet/plugins_registry"}) {
    directory_.AddDirectory(name);
  }
  auto cluster = LineProcess::Start(
      {Runfile("tests/integration/kubernetes/dra/fake_cluster")});
  ASSERT_TRUE(cluster) << cluster.error().message;
  cluster_ = *std::move(cluster);
  const Document served = cluster_->Do(
      "serve", {{"account", directory_.At("account")}, {"minor", minor}});
  ASSERT_NE(served.Find("port"), nullptr);
  port_ = std::to_string(*served.Find("port")->AsInteger());
}

void ServedNode::StartPlugin(const std::vector<std::string>& more) {
  std::vector<std::string> arguments{
      Runfile("integrations/kubernetes/dra/acceld-dra-plugin"),
      "--bus=" + bus_->address(),
      "--cdi=" + directory_.At("cdi"),
      "--kubelet=" + directory_.At("kubelet"),
      "--node=" + std::string(kNodeName),
      "--refresh=" + refresh_,
      "--service-account=" + directory_.At("account")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  auto plugin = Process::Start(arguments, {"KUBERNETES_SERVICE_HOST=127.0.0.1",
                                           "KUBERNETES_SERVICE_PORT=" + port_});
  ASSERT_TRUE(plugin) << plugin.error().message;
  plugin_ = *std::move(plugin);
  ASSERT_TRUE(Eventually([&] {
    return !plugin_->Runs() || std::filesystem::exists(RegistrySocket());
  }));
  ASSERT_TRUE(plugin_->Runs());
}

void ServedNode::StartNode(const std::string& host) {
  StartCluster(host);
  if (HasFatalFailure()) return;
  StartPlugin();
  if (HasFatalFailure()) return;
  Register();
}

std::string ServedNode::RegistrySocket() const {
  return directory_.At("kubelet/plugins_registry/acceld.org-reg.sock");
}

std::string ServedNode::DraSocket() const {
  return directory_.At("kubelet/plugins/acceld.org/dra.sock");
}

Document ServedNode::Register(const std::string& error) {
  return cluster_->Do("register",
                      {{"socket", RegistrySocket()}, {"error", error}});
}

Document::Array ServedNode::Slices() {
  const Document answer = cluster_->Do("slices");
  const Document* slices = answer.Find("slices");
  return slices == nullptr || slices->AsArray() == nullptr ? Document::Array()
                                                           : *slices->AsArray();
}

Document ServedNode::Device(const std::string& name) {
  for (const Document& slice : Slices()) {
    const Document* devices = slice.Find("spec")->Find("devices");
    if (devices == nullptr) continue;
    for (const Document& device : *devices->AsArray()) {
      if (*device.Find("name") == Document(name)) return device;
    }
  }
  return {};
}

bool ServedNode::HasDevices(std::size_t count) {
  return Eventually([&] {
    std::size_t found = 0;
    for (const Document& slice : Slices()) {
      const Document* devices = slice.Find("spec")->Find("devices");
      if (devices != nullptr) found += devices->AsArray()->size();
    }
    return found == count;
  });
}

void ServedNode::AddClaim(const std::string& name,
                          const std::vector<std::string>& devices,
                          std::string_view config,
                          const std::string& instances) {
  Document results = Document::Array{};
  for (std::size_t i = 0; i < devices.size(); ++i) {
    Document result = Document::Object{{"request", "r" + std::to_string(i)},
                                       {"driver", "acceld.org"},
                                       {"pool", kNodeName},
                                       {"device", devices[i]}};
    if (!instances.empty()) {
      result.Set("consumedCapacity",
                 Document::Object{{"acceld.org/instances", instances}});
    }
    results.Append(std::move(result));
  }
  const Document claim = Document::Object{
      {"kind", "ResourceClaim"},
      {"metadata",
       Document::Object{
           {"name", name}, {"namespace", "ns"}, {"uid", "uid-" + name}}},
      {"status",
       Document::Object{
           {"allocation",
            Document::Object{
                {"devices", Document::Object{{"results", std::move(results)},
                                             {"config", Json(config)}}}}}}}};
  cluster_->Do("claim",
               {{"namespace", "ns"}, {"name", name}, {"object", claim}});
}

int ServedNode::SendPrepare(const std::vector<std::string>& names,
                            const std::string& version, bool overlap) {
  return cluster_->Send("prepare", {{"socket", DraSocket()},
                                    {"version", version},
                                    {"overlap", overlap},
                                    {"claims", ClaimList(names)}});
}

Document ServedNode::Prepare(const std::vector<std::string>& names,
                             const std::string& version) {
  const Document answer = cluster_->Answer(SendPrepare(names, version));
  const Document* claims = answer.Find("claims");
  EXPECT_NE(claims, nullptr) << PrintJson(answer);
  return claims == nullptr ? Document(Document::Object{}) : *claims;
}

Document ServedNode::Unprepare(const std::vector<std::string>& names,
                               const std::string& version) {
  return *cluster_
              ->Do("unprepare", {{"socket", DraSocket()},
                                 {"version", version},
                                 {"claims", ClaimList(names)}})
              .Find("claims");
}

std::string ServedNode::ErrorOf(const Document& claims,
                                const std::string& name) {
  const Document* claim = claims.Find("uid-" + name);
  if (claim == nullptr) return "not answered";
  const Document* error = claim->Find("error");
  return error == nullptr ? "no error" : *error->AsString();
}

Document ServedNode::Spec(const std::string& name) const {
  std::ifstream file(
      directory_.At("cdi/acceld.org-claim_uid-" + name + ".json"));
  if (!file) return {};
  return Json(std::string{std::istreambuf_iterator<char>(file), {}});
}

}  // namespace acceld::testing
