// acceld-dra-plugin: how long a kubelet waits for claims, beside the call to
// the API server that each takes at least, and how long a node of 128 devices
// takes to be published. A real acceld with soft stand-ins, a real plugin, an
// API server that is played.
//   bazel run -c opt //bench:dra_bench
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/document.h"
#include "base/json.h"
#include "bench/bare_call.h"
#include "integrations/kubernetes/dra/https_connection.h"
#include "integrations/kubernetes/grpc/unix_channel.h"
#include "kubelet/dra_v1.grpc.pb.h"
#include "tests/integration/kubernetes/dra/line_process.h"
#include "tests/integration/running_daemon.h"
#include "tests/support/adversarial.h"
#include "tests/support/private_bus.h"
#include "tests/support/temp_dir.h"

namespace acceld {
namespace {

namespace v1 = ::k8s::io::kubelet::pkg::apis::dra::v1;
using bench::Microseconds;
using testing::LineProcess;
using testing::Process;
using Wall = std::chrono::steady_clock;

constexpr std::size_t kDevices = 128;
constexpr int kMostClaims = 64;  // as many as the policy's default allows
constexpr int kRounds = 300;
constexpr int kRoundsOfMany = 20;

Microseconds Since(Wall::time_point start) {
  return std::chrono::duration<double, std::micro>(Wall::now() - start).count();
}

void Print(const char* what, std::vector<Microseconds> times) {
  const bench::Summary summary = bench::Summarise(std::move(times));
  std::printf("%-40s median %8.0f us, p99 %8.0f us\n", what, summary.median,
              summary.p99);
}

std::string ClaimName(int number) { return "c" + std::to_string(number); }

// A claim that was allocated device number `number`, for a container that opens
// its node.
Document Claim(int number) {
  const std::string device = "d" + std::to_string(10000 + number).substr(1);
  const Document result = Document::Object{{"request", "r"},
                                           {"driver", "acceld.org"},
                                           {"pool", "bench"},
                                           {"device", device}};
  const auto config = ParseJson(R"([{"opaque": {"driver": "acceld.org",
      "parameters": {"apiVersion": "acceld.org/v1", "kind": "ClaimParameters",
      "pipeline": {"stages": [{"name": "s", "function": "copy",
                               "grant": "none"}]}}}}])");
  const Document devices = Document::Object{
      {"results", Document::Array{result}}, {"config", *config}};
  const Document metadata =
      Document::Object{{"name", ClaimName(number)},
                       {"namespace", "ns"},
                       {"uid", "uid-" + ClaimName(number)}};
  return Document::Object{
      {"metadata", metadata},
      {"status", Document::Object{
                     {"allocation", Document::Object{{"devices", devices}}}}}};
}

std::size_t CountPublished(LineProcess& cluster) {
  const Document answer = cluster.Do("slices");
  const Document* slices = answer.Find("slices");
  std::size_t count = 0;
  if (slices == nullptr || slices->AsArray() == nullptr) return count;
  for (const Document& slice : *slices->AsArray()) {
    const Document* devices = slice.Find("spec")->Find("devices");
    if (devices != nullptr) count += devices->AsArray()->size();
  }
  return count;
}

class Kubelet {
 public:
  explicit Kubelet(const std::string& socket)
      : stub_(v1::DRAPlugin::NewStub(kubernetes::OpenUnixChannel(socket))) {}

  // Of claims 0 to `claims` - 1; ends the program where one fails.
  Microseconds Prepare(int claims) {
    v1::NodePrepareResourcesRequest request;
    for (int i = 0; i < claims; ++i) Name(i, *request.add_claims());
    v1::NodePrepareResourcesResponse answer;
    grpc::ClientContext context;
    const auto start = Wall::now();
    const auto done = stub_->NodePrepareResources(&context, request, &answer);
    const Microseconds took = Since(start);
    Check(done);
    for (const auto& [uid, one] : answer.claims()) {
      if (!one.error().empty()) Give("prepare", one.error());
    }
    return took;
  }
  Microseconds Unprepare(int claims) {
    v1::NodeUnprepareResourcesRequest request;
    for (int i = 0; i < claims; ++i) Name(i, *request.add_claims());
    v1::NodeUnprepareResourcesResponse answer;
    grpc::ClientContext context;
    const auto start = Wall::now();
    Check(stub_->NodeUnprepareResources(&context, request, &answer));
    return Since(start);
  }

 private:
  static void Name(int number, v1::Claim& claim) {
    claim.set_namespace_("ns");
    claim.set_name(ClaimName(number));
    claim.set_uid("uid-" + ClaimName(number));
  }
  static void Check(const grpc::Status& status) {
    if (!status.ok()) Give("call", status.error_message());
  }
  [[noreturn]] static void Give(const char* what, const std::string& why) {
    std::fprintf(stderr, "%s: %s\n", what, why.c_str());
    std::exit(1);
  }
  std::unique_ptr<v1::DRAPlugin::Stub> stub_;
};

void TimeClaims(LineProcess& cluster, Kubelet& kubelet) {
  for (int i = 0; i < kMostClaims; ++i) {
    cluster.Do(
        "claim",
        {{"namespace", "ns"}, {"name", ClaimName(i)}, {"object", Claim(i)}});
  }
  std::vector<Microseconds> first;
  std::vector<Microseconds> again;
  std::vector<Microseconds> back;
  for (int i = 0; i < kRounds; ++i) {
    first.push_back(kubelet.Prepare(1));
    again.push_back(kubelet.Prepare(1));
    back.push_back(kubelet.Unprepare(1));
  }
  Print("1 claim, prepared", std::move(first));
  Print("1 claim, once more", std::move(again));
  Print("1 claim, given back", std::move(back));
  std::vector<Microseconds> many;
  std::vector<Microseconds> many_back;
  for (int i = 0; i < kRoundsOfMany; ++i) {
    many.push_back(kubelet.Prepare(kMostClaims));
    many_back.push_back(kubelet.Unprepare(kMostClaims));
  }
  Print("64 claims in a call, prepared", std::move(many));
  Print("64 claims in a call, given back", std::move(many_back));
}

// The floor: what each claim asks the API server.
void TimeApi(const std::string& port, const std::string& account) {
  dra::HttpsConnection api(
      {"https://127.0.0.1:" + port, account + "/ca.crt", account + "/token"});
  std::vector<Microseconds> calls;
  for (int i = 0; i < kRounds; ++i) {
    const auto start = Wall::now();
    if (!api.Call("GET",
                  "/apis/resource.k8s.io/v1/namespaces/ns/resourceclaims/c0")) {
      return;
    }
    calls.push_back(Since(start));
  }
  Print("a claim asked of the API server", std::move(calls));
}

int Run() {
  testing::TempDir files("/dev/shm");  // as /var/run is
  for (const char* name : {"account", "cdi", "kubelet", "kubelet/plugins",
                           "kubelet/plugins_registry", "run"}) {
    files.AddDirectory(name);
  }
  files.AddFile("star.json", testing::StarMachine(kDevices, 1, 0));
  auto bus = testing::PrivateBus::Start();
  if (!bus) return 1;
  auto daemon = testing::RunningDaemon::Start(
      (*bus)->address(), {"--host=" + files.At("star.json"), "--stand-in=soft",
                          "--runtime-directory=" + files.At("run")});
  auto cluster = LineProcess::Start(
      {testing::Runfile("tests/integration/kubernetes/dra/fake_cluster")});
  if (!daemon || !cluster) return 1;
  const Document served =
      (*cluster)->Do("serve", {{"account", files.At("account")}});
  const std::string port = std::to_string(*served.Find("port")->AsInteger());
  const auto start = Wall::now();
  auto plugin = Process::Start(
      {testing::Runfile("integrations/kubernetes/dra/acceld-dra-plugin"),
       "--bus=" + (*bus)->address(), "--cdi=" + files.At("cdi"),
       "--kubelet=" + files.At("kubelet"), "--node=bench",
       "--service-account=" + files.At("account")},
      {"KUBERNETES_SERVICE_HOST=127.0.0.1", "KUBERNETES_SERVICE_PORT=" + port});
  if (!plugin) return 1;
  while (CountPublished(**cluster) < kDevices) {
  }
  std::printf("128 devices published %.0f ms after the start\n",
              Since(start) / 1000);
  Kubelet kubelet(files.At("kubelet/plugins/acceld.org/dra.sock"));
  TimeClaims(**cluster, kubelet);
  TimeApi(port, files.At("account"));
  return (*plugin)->End(SIGTERM);
}

}  // namespace
}  // namespace acceld

int main() { return acceld::Run(); }
