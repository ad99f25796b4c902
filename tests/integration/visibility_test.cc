// One user's leases are nobody else's business, and a described machine is for
// planning. Needs root to become other users; says so where it is not.
#include <grp.h>
#include <gtest/gtest.h>
#include <sdbus-c++/sdbus-c++.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "api/names.h"
#include "tests/integration/served_machine.h"

namespace acceld::testing {
namespace {

constexpr uid_t kNobody = 65534;

// Runs `body` in a process of another user; its return value is the exit
// status.
int AsUser(uid_t uid, const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(uid, uid, uid) != 0 ||
        ::setresuid(uid, uid, uid) != 0) {
      ::_exit(99);
    }
    // A process that changed its user may not open its own /proc/self/mem; one
    // that was started as that user may.
    (void)::prctl(PR_SET_DUMPABLE, 1);
    ::_exit(body());
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

std::string SystemConfig() {
  return std::string(kSystemPolicy) + "<include>" +
         Runfile("configs/dbus/org.acceld1.conf") + "</include>";
}

class VisibilityTest : public ServedMachine {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become other users";
    Serve({}, SystemConfig());
  }
};

TEST_F(VisibilityTest, UnprivilegedUser_OfARootDaemon_AcquiresSoftDevices) {
  EXPECT_EQ(AsUser(kNobody,
                   [&] {
                     auto client =
                         client::Client::Connect({.bus = bus_->address()});
                     if (!client) return 1;
                     auto lease = client->Acquire(Json(kCompressDigest));
                     if (!lease) return 2;
                     auto queue = lease->OpenQueue("sum");
                     if (!queue) return 3;
                     std::array<std::byte, 64> in{};
                     std::array<std::byte, 32> out{};
                     auto done =
                         queue->Run(api::soft::Opcode::kDigestSha256, in, out);
                     return done && done->status == 0 ? 0 : 4;
                   }),
            0);
}

TEST_F(VisibilityTest, ForeignLease_ToAnotherUser_DoesNotExist) {
  client::Client root = Connect();
  auto lease = root.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  const std::string path = lease->path();
  EXPECT_EQ(
      AsUser(kNobody,
             [&] {
               auto connection = sdbus::createSessionBusConnectionWithAddress(
                   bus_->address());
               auto proxy =
                   sdbus::createProxy(*connection, api::kBusName, path);
               try {
                 proxy->callMethod("Release").onInterface(api::kLeaseInterface);
                 return 1;
               } catch (const sdbus::Error& error) {
                 return error.getName() == "org.acceld1.Error.NotFound" ? 0 : 2;
               }
             }),
      0);
  EXPECT_EQ(CountLeases(root), 1U);
}

// A refusal that cannot be sent must be a refusal all the same.
TEST_F(VisibilityTest, ForeignLease_ReleasedWithoutWantingAReply_Stays) {
  client::Client root = Connect();
  auto lease = root.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  const std::string path = lease->path();
  EXPECT_EQ(
      AsUser(
          kNobody,
          [&] {
            auto connection =
                sdbus::createSessionBusConnectionWithAddress(bus_->address());
            auto proxy = sdbus::createProxy(*connection, api::kBusName, path);
            proxy->callMethod("Release")
                .onInterface(api::kLeaseInterface)
                .dontExpectReply();
            // Calls of one connection are handled in order.
            auto peer =
                sdbus::createProxy(*connection, api::kBusName, api::kRootPath);
            peer->callMethod("Ping").onInterface("org.freedesktop.DBus.Peer");
            return 0;
          }),
      0);
  EXPECT_EQ(CountLeases(root), 1U);
}

using Properties = std::map<std::string, sdbus::Variant>;

Properties DeviceProperties(const std::string& bus, const std::string& path) {
  auto connection = sdbus::createSessionBusConnectionWithAddress(bus);
  auto proxy = sdbus::createProxy(*connection, api::kBusName, path);
  Properties properties;
  proxy->callMethod("GetAll")
      .onInterface("org.freedesktop.DBus.Properties")
      .withArguments(std::string(api::kDeviceInterface))
      .storeResultsTo(properties);
  return properties;
}

TEST_F(VisibilityTest, ReportedBind_IsTheDevicesVerdict) {
  client::Client root = Connect();
  auto lease = root.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  ASSERT_TRUE(lease->OpenQueue("sum"));  // which reports its bind
  const std::string path =
      std::string(api::kDevicePathPrefix) + "accelerator_3asoft0_2ddigest";
  Properties verdict;
  ASSERT_TRUE(Eventually([&] {  // it waits for no answer
    verdict =
        DeviceProperties(bus_->address(), path)["SvaVerdict"].get<Properties>();
    return verdict["state"].get<std::string>() == "proven";
  }));
  EXPECT_EQ(verdict["uid"].get<std::int64_t>(), 0);  // root may know
  EXPECT_EQ(AsUser(kNobody,
                   [&] {
                     auto seen = DeviceProperties(bus_->address(), path);
                     auto told = seen["SvaVerdict"].get<Properties>();
                     if (told["state"].get<std::string>() != "proven") return 1;
                     if (told.contains("uid")) return 2;
                     const auto waiting =
                         seen["Quarantine"].get<std::vector<Properties>>();
                     return waiting.empty() ? 0 : 3;
                   }),
            0);
}

// Counts the objects that GetManagedObjects and Introspect name.
int CountForeign(const std::string& address) {
  auto connection = sdbus::createSessionBusConnectionWithAddress(address);
  auto proxy = sdbus::createProxy(*connection, api::kBusName, api::kRootPath);
  std::map<sdbus::ObjectPath,
           std::map<std::string, std::map<std::string, sdbus::Variant>>>
      objects;
  proxy->callMethod("GetManagedObjects")
      .onInterface("org.freedesktop.DBus.ObjectManager")
      .storeResultsTo(objects);
  int leases = 0;
  for (const auto& [path, interfaces] : objects) {
    leases += static_cast<int>(interfaces.count(api::kLeaseInterface));
  }
  auto below =
      sdbus::createProxy(*connection, api::kBusName, "/org/acceld1/lease");
  std::string xml;
  try {
    below->callMethod("Introspect")
        .onInterface("org.freedesktop.DBus.Introspectable")
        .storeResultsTo(xml);
  } catch (const sdbus::Error&) {
    // No such object: nothing is told, which is right.
  }
  return leases + (xml.find("<node name=") != std::string::npos ? 1 : 0);
}

TEST_F(VisibilityTest, ObjectLists_ForAnotherUser_LeaveForeignLeasesOut) {
  client::Client root = Connect();
  auto lease = root.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_EQ(AsUser(kNobody, [&] { return CountForeign(bus_->address()); }), 0);
  EXPECT_EQ(CountForeign(bus_->address()), 2);  // root sees it in both
}

TEST_F(VisibilityTest, Rescan_ByAnUnprivilegedUser_IsDenied) {
  EXPECT_EQ(AsUser(kNobody,
                   [&] {
                     auto client =
                         client::Client::Connect({.bus = bus_->address()});
                     if (!client) return 1;
                     const auto scanned = client->Rescan();
                     return !scanned && scanned.error().code ==
                                            ErrorCode::kPermissionDenied
                                ? 0
                                : 2;
                   }),
            0);
}

class DescribedMachineTest : public ServedMachine {
 protected:
  static std::string Host(const char* name) {
    return "--host=" + Runfile(std::string("configs/hosts/") + name);
  }
};

constexpr std::string_view kOneGpu =
    R"({"stages": [{"name": "infer", "function": "compute/gpu"}]})";

TEST_F(DescribedMachineTest, Describe_WithPlaces_SaysWhereADeviceHangs) {
  Serve({Host("dsa-gpu-2s.json")});
  client::Client client = Connect();
  const auto without = client.Describe(Document::Object{});
  ASSERT_TRUE(without);
  EXPECT_EQ(without->find("place_"), std::string::npos);
  const auto text = client.Describe(Document::Object{{"places", true}});
  ASSERT_TRUE(text) << text.error().message;
  for (const char* place :
       {"root-port:0000:3d:01.0", "host-bridge:0000:3d", "pci:0000:3e:00.0"}) {
    EXPECT_NE(text->find(std::string("\"value\":\"") + place),
              std::string::npos)
        << place;
  }
  EXPECT_FALSE(client.Describe(Document::Object{{"places", 1}}));
}

TEST_F(DescribedMachineTest, Acquire_OnADescribedMachine_IsRefused) {
  Serve({Host("nvswitch-8gpu.json")});
  client::Client client = Connect();
  EXPECT_TRUE(client.Plan(Json(kOneGpu)));
  const auto lease = client.Acquire(Json(kOneGpu));
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code, ErrorCode::kUnsupported);
}

TEST_F(DescribedMachineTest, Acquire_WithSoftStandIns_GivesAQueue) {
  Serve({Host("dsa-gpu-2s.json"), "--stand-in=soft"});
  client::Client client = Connect();
  auto lease = client.Acquire(Json(R"({"stages": [
      {"name": "move", "function": "copy"},
      {"name": "infer", "function": "compute/gpu"}]})"));
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_EQ(lease->Find("infer")->kind, "soft");
  EXPECT_EQ(lease->Find("infer")->function, "compute/gpu");
  auto queue = lease->OpenQueue("move");
  ASSERT_TRUE(queue) << queue.error().message;
  const std::vector<std::byte> in(4096, std::byte{42});
  std::vector<std::byte> out(4096);
  const auto done = queue->Run(api::soft::Opcode::kCopy, in, out);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(out, in);
}

}  // namespace
}  // namespace acceld::testing
