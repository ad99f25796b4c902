#include "integrations/kubernetes/device_plugin/resource_server.h"

#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include "integrations/kubernetes/grpc/unix_channel.h"
#include "kubelet/deviceplugin_v1beta1.grpc.pb.h"

namespace acceld::kubernetes {
namespace {

constexpr const char* kVersion = "v1beta1";
constexpr const char* kKubeletSocket = "kubelet.sock";
constexpr std::chrono::seconds kRegisterPatience{10};
// Calls in progress when the program stops.
constexpr std::chrono::seconds kStopPatience{5};
// Units in one call: more than a resource has is a mistake.
constexpr int kMostIds = 4 * kMostUnits;
constexpr int kMostContainers = 64;

void SetOptions(v1beta1::DevicePluginOptions& options) {
  options.set_pre_start_required(true);
  options.set_get_preferred_allocation_available(true);
}

grpc::Status TooMany() {
  return {grpc::INVALID_ARGUMENT, "too many containers or units in one call"};
}

template <typename Ids>
std::vector<std::string> ListOfIds(const Ids& ids) {
  return {ids.begin(), ids.end()};
}

}  // namespace

class ResourceServer::Service final
    : public v1beta1::DevicePlugin::WithCallbackMethod_ListAndWatch<
          v1beta1::DevicePlugin::Service> {
 public:
  Service(const Counter& counter, const std::string& resource, DeviceFeed& feed)
      : counter_(counter), resource_(resource), feed_(feed) {}

  grpc::Status GetDevicePluginOptions(
      grpc::ServerContext* /*context*/, const v1beta1::Empty* /*request*/,
      v1beta1::DevicePluginOptions* answer) override {
    SetOptions(*answer);
    return grpc::Status::OK;
  }

  DeviceFeed::Reactor* ListAndWatch(
      grpc::CallbackServerContext* /*context*/,
      const v1beta1::Empty* /*request*/) override {
    return feed_.Open();
  }

  grpc::Status GetPreferredAllocation(
      grpc::ServerContext* /*context*/,
      const v1beta1::PreferredAllocationRequest* request,
      v1beta1::PreferredAllocationResponse* answer) override {
    if (request->container_requests_size() > kMostContainers) return TooMany();
    for (const auto& container : request->container_requests()) {
      if (container.available_deviceids_size() > kMostIds ||
          container.must_include_deviceids_size() > kMostIds ||
          container.allocation_size() < 0) {
        return TooMany();
      }
      const auto chosen = counter_.keeper.Prefer(
          resource_, {ListOfIds(container.available_deviceids()),
                      ListOfIds(container.must_include_deviceids()),
                      static_cast<std::size_t>(container.allocation_size())});
      if (!chosen) return ToGrpc(chosen.error());
      auto* one = answer->add_container_responses();
      for (const std::string& id : *chosen) one->add_deviceids(id);
    }
    return grpc::Status::OK;
  }

  grpc::Status Allocate(grpc::ServerContext* /*context*/,
                        const v1beta1::AllocateRequest* request,
                        v1beta1::AllocateResponse* answer) override {
    if (request->container_requests_size() > kMostContainers) return TooMany();
    for (const auto& container : request->container_requests()) {
      if (container.devices_ids_size() > kMostIds) return TooMany();
    }
    std::vector<std::string> done;
    for (const auto& container : request->container_requests()) {
      const auto ids = ListOfIds(container.devices_ids());
      const Status added = AllocateFor(ids, done, *answer);
      if (added) continue;
      // The kubelet gives up the whole call.
      if (!done.empty()) counter_.keeper.GiveBack(resource_, done);
      return ToGrpc(added.error());
    }
    return grpc::Status::OK;
  }

  // Called before each start of a container, so that what it was told of is
  // there and still the device's: specs may have been removed, and a device may
  // have another node by now.
  grpc::Status PreStartContainer(
      grpc::ServerContext* /*context*/,
      const v1beta1::PreStartContainerRequest* request,
      v1beta1::PreStartContainerResponse* /*answer*/) override {
    if (request->devices_ids_size() > kMostIds) return TooMany();
    const auto specs =
        counter_.keeper.Start(resource_, ListOfIds(request->devices_ids()));
    if (!specs) return ToGrpc(specs.error());
    if (!counter_.publish_specs) return grpc::Status::OK;
    const Status published = counter_.publish_specs(*specs);
    return published ? grpc::Status::OK : ToGrpc(published.error());
  }

 private:
  // For one container. What has a lease goes to `done`.
  Status AllocateFor(const std::vector<std::string>& ids,
                     std::vector<std::string>& done,
                     v1beta1::AllocateResponse& answer) {
    ACCELD_TRY(const auto specs,
               counter_.keeper.Allocate(resource_, ids, counter_.in_use));
    done.insert(done.end(), ids.begin(), ids.end());
    auto form = AnswerForm::kDevices;
    if (counter_.publish_specs) {
      ACCELD_TRY_VOID(counter_.publish_specs(specs));
      form = AnswerForm::kCdi;
    }
    AddAnswer(specs, form, *answer.add_container_responses());
    return {};
  }

  const Counter& counter_;
  const std::string& resource_;
  DeviceFeed& feed_;
};

ResourceServer::ResourceServer(std::string directory, const Counter& counter,
                               std::string resource)
    : directory_(std::move(directory)),
      counter_(counter),
      resource_(std::move(resource)) {}

ResourceServer::~ResourceServer() { Stop(); }

std::string ResourceServer::SocketName() const {
  return "acceld-" + resource_ + ".sock";
}

std::string ResourceServer::name() const { return FullName(resource_); }

Result<bool> ResourceServer::Serve() {
  if (server_ != nullptr && server_->InPlace()) return false;
  Stop();
  feed_.Begin();
  service_ = std::make_unique<Service>(counter_, resource_, feed_);
  const std::array<grpc::Service*, 1> services{service_.get()};
  ACCELD_TRY(server_, UnixServer::Start(
                          {.path = directory_ + "/" + SocketName()}, services));
  return true;
}

void ResourceServer::Stop() {
  if (server_ == nullptr) return;
  feed_.End();
  server_->Stop(kStopPatience);
  server_.reset();
}

Status ResourceServer::Register() const {
  const auto stub = v1beta1::Registration::NewStub(
      OpenUnixChannel(directory_ + "/" + kKubeletSocket));
  grpc::ClientContext context;
  SetTimeout(kRegisterPatience, context);
  v1beta1::RegisterRequest request;
  request.set_version(kVersion);
  request.set_endpoint(SocketName());
  request.set_resource_name(name());
  SetOptions(*request.mutable_options());
  v1beta1::Empty answer;
  return FromGrpc("register " + name(),
                  stub->Register(&context, request, &answer));
}

}  // namespace acceld::kubernetes
