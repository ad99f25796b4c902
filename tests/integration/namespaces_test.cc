// Two tenants, two users: what is of one does not appear in any byte that the
// other gets. Needs root to become other users; says so where it is not.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/names.h"
#include "tests/integration/served_machine.h"
#include "tests/support/run_as.h"

namespace acceld::testing {
namespace {

// Users that a bus knows: daemon and bin.
constexpr uid_t kEast = 1;
constexpr uid_t kWest = 2;

constexpr std::string_view kTenants = R"({
  "version": 1, "default": "allow",
  "quotas": [{"name": "one at a time", "namespaces": ["east"], "devices": 1}],
  "namespaces": {
    "east": {"users": [1],
             "devices": [{"attribute": "numa_node", "equals": 0}],
             "share": {"leases": 3}},
    "west": {"users": [2],
             "devices": [{"attribute": "numa_node", "equals": 1}]}}})";

constexpr std::string_view kOneGpu =
    R"({"stages": [{"name": "west-job", "function": "compute/gpu"}]})";

// What east must not learn: keys, addresses and nodes of the devices of west,
// names, and (added later) its lease.
const std::vector<std::string> kOfWest{
    "nvidia4",      "nvidia5",      "nvidia6",     "nvidia7",
    "mlx5_4",       "mlx5_7",       "uverbs4",     "west",
    "tenants.json", "0000:87:00.0", "0000:b7:00.0"};

// A connection that keeps all that it is told, as text.
class Snoop {
 public:
  explicit Snoop(const std::string& address) {
    if (sd_bus_new(&bus_) < 0 ||
        sd_bus_set_address(bus_, address.c_str()) < 0 ||
        sd_bus_set_bus_client(bus_, 1) < 0 || sd_bus_start(bus_) < 0) {
      std::abort();
    }
    (void)sd_bus_add_match(
        bus_, nullptr, "type='signal',sender='org.acceld1'",
        [](sd_bus_message* message, void* self, sd_bus_error*) {
          static_cast<Snoop*>(self)->Keep(message);
          return 0;
        },
        this);
  }
  ~Snoop() { sd_bus_flush_close_unref(bus_); }
  Snoop(const Snoop&) = delete;
  Snoop& operator=(const Snoop&) = delete;

  // The name of the error; empty where there is none.
  template <typename... Arguments>
  std::string Call(const std::string& path, const char* interface,
                   const char* member, const char* types,
                   Arguments... arguments) {
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message* reply = nullptr;
    const int called =
        sd_bus_call_method(bus_, api::kBusName, path.c_str(), interface, member,
                           &error, &reply, types, arguments...);
    std::string name;
    if (called < 0) {
      name = error.name == nullptr ? "none" : error.name;
      heard_.append(name).append(error.message == nullptr ? "" : error.message);
    } else {
      Keep(reply);
    }
    sd_bus_message_unref(reply);
    sd_bus_error_free(&error);
    return name;
  }
  void Hear() {
    while (sd_bus_process(bus_, nullptr) > 0) {
    }
  }
  void Add(const std::string& text) { heard_.append(text); }
  // The first of the words that was heard, but for what was asked by name.
  [[nodiscard]] std::string FirstOf(
      const std::vector<std::string>& words) const {
    for (const std::string& word : words) {
      if (heard_.find(word) != std::string::npos) return word;
    }
    return "";
  }
  [[nodiscard]] const std::string& heard() const { return heard_; }

 private:
  void Keep(sd_bus_message* message) {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* file = ::open_memstream(&text, &size);
    (void)sd_bus_message_dump(message, file, SD_BUS_MESSAGE_DUMP_WITH_HEADER);
    (void)std::fclose(file);
    heard_.append(text, size);
    std::free(text);
    (void)sd_bus_message_rewind(message, 1);
  }
  sd_bus* bus_ = nullptr;
  std::string heard_;
};

constexpr char kManager[] = "org.acceld1.Manager";
constexpr char kProperties[] = "org.freedesktop.DBus.Properties";
constexpr char kIntrospectable[] = "org.freedesktop.DBus.Introspectable";

// Everything that names nothing of the other's.
void AskAll(Snoop& snoop) {
  snoop.Call(api::kRootPath, kManager, "Describe", "a{sv}", 0);
  snoop.Call(api::kRootPath, kManager, "ListLeases", "");
  snoop.Call(api::kRootPath, kManager, "ListAllLeases", "");
  snoop.Call(api::kRootPath, kManager, "Rescan", "");
  snoop.Call(api::kRootPath, kManager, "ReloadPolicy", "");
  snoop.Call(api::kRootPath, kManager, "Acknowledge", "s", "1234");
  snoop.Call(api::kRootPath, kManager, "Distance", "ss", "accelerator:nvidia0",
             "accelerator:nvidia3");
  snoop.Call(api::kRootPath, kProperties, "GetAll", "s", kManager);
  snoop.Call(api::kRootPath, "org.freedesktop.DBus.ObjectManager",
             "GetManagedObjects", "");
  for (const char* path : {"/", "/org", "/org/acceld1", "/org/acceld1/device",
                           "/org/acceld1/lease"}) {
    snoop.Call(path, kIntrospectable, "Introspect", "");
  }
}

void PlanAll(const std::string& address, Snoop& snoop) {
  auto client = client::Client::Connect({.bus = address});
  if (!client) std::abort();
  for (const char* pipeline :
       {R"({"stages": [{"name": "a", "function": "compute/gpu"}]})",
        R"({"stages": [{"name": "a", "function": "compute/gpu", "count": 5,
                        "sharing": "exclusive"}]})",
        R"({"stages": [{"name": "a", "function": "net/rdma"}]})",
        R"({"stages": [{"name": "a", "function": "compute/gpu",
             "select": [{"attribute": "numa_node", "equals": 1}]}]})",
        R"({"stages": [{"name": "a", "function": "copy"}]})",
        R"({"stages": [{"name": "a", "function": "compute/gpu"}],
            "links": [{"from": "host", "to": "a", "traffic": "1GB/s",
                       "buffer": {"size": "1GiB", "kind": "device"}}]})",
        R"({"stages": [{"name": "a", "function": "compute/gpu"}],
            "policy": "none"})"}) {
    const auto document = ParseJson(pipeline);
    const auto plan = client->Plan(*document);
    snoop.Add(plan ? PrintJson(*plan) : plan.error().message);
    const auto lease = client->Acquire(*document);
    if (!lease) snoop.Add(lease.error().message);
    const auto leases = client->ListLeases();
    snoop.Add(leases ? PrintJson(*leases) : leases.error().message);
  }
}

class NamespacesTest : public ServedMachine {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become other users";
    directory_ = std::filesystem::path(::testing::TempDir()) / "tenants.d";
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ / "10-tenants.json") << kTenants;
    std::filesystem::permissions(directory_, std::filesystem::perms(0755));
    Serve({"--host=" + Runfile("configs/hosts/nvswitch-8gpu.json"),
           "--stand-in=soft", "--policy=" + directory_.string()},
          std::string(kSystemPolicy) + "<include>" +
              Runfile("configs/dbus/org.acceld1.conf") + "</include>");
  }

  std::filesystem::path directory_;
};

// A user that holds one GPU, and tells of its lease. Gone with the object.
class Holder {
 public:
  Holder(uid_t user, const std::string& address) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();
    child_ = std::make_unique<Background>(
        user, [&](const std::function<void()>& ready) {
          auto client = client::Client::Connect({.bus = address});
          if (!client) ::_exit(1);
          const auto lease = client->Acquire(*ParseJson(kOneGpu));
          const std::string said =
              lease ? lease->path() : "!" + lease.error().message;
          if (::write(ends[1], said.data(), said.size()) < 0) ::_exit(2);
          ready();
          ::pause();
        });
    ::close(ends[1]);
    std::array<char, 4096> text{};
    const auto size = ::read(ends[0], text.data(), text.size());
    path_.assign(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    ::close(ends[0]);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::unique_ptr<Background> child_;
  std::string path_;
};

TEST_F(NamespacesTest, TheOtherTenant_AppearsInNoByte) {
  const Holder west(kWest, bus_->address());
  ASSERT_TRUE(west.path().starts_with(api::kLeasePathPrefix)) << west.path();
  EXPECT_EQ(
      RunAs(kEast,
            [&] {
              Snoop snoop(bus_->address());
              AskAll(snoop);
              PlanAll(bus_->address(), snoop);
              snoop.Hear();
              auto words = kOfWest;
              words.push_back(west.path().substr(
                  std::string(api::kLeasePathPrefix).size()));
              const std::string found = snoop.FirstOf(words);
              if (!found.empty()) {
                const auto at = snoop.heard().find(found);
                std::fprintf(
                    stderr, "heard of %s: %s\n", found.c_str(),
                    snoop.heard().substr(at > 300 ? at - 300 : 0, 600).c_str());
                return 1;
              }
              return snoop.FirstOf({"nvidia3"}).empty() ? 2 : 0;
            }),
      0);
}

// Subscribes, waits for the word on `other`, and answers what went wrong there.
int HearAvailability(const std::string& address, int other) {
  Snoop snoop(address);
  char byte = 0;
  if (!snoop.Call(api::kRootPath, kManager, "WatchAvailability", "a{sv}", 0)
           .empty() ||
      ::write(other, "r", 1) != 1 || ::read(other, &byte, 1) != 1) {
    return 1;
  }
  const auto has_heard = [&] {  // what was sent comes before the answer
    snoop.Call(api::kRootPath, kManager, "ListLeases", "");
    snoop.Hear();
    return !snoop.FirstOf({"AvailabilityChanged"}).empty();
  };
  if (has_heard()) return 2;
  auto client = client::Client::Connect({.bus = address});
  const auto pipeline =
      ParseJson(R"({"stages": [{"name": "a", "function": "compute/gpu"}]})");
  if (!client || !client->Acquire(*pipeline)) return 3;
  if (!Eventually(has_heard)) return 4;
  return snoop.FirstOf(kOfWest).empty() ? 0 : 5;
}

TEST_F(NamespacesTest, Availability_OfTheOthersDevices_CausesNoSignal) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const Background east(kEast, [&](const auto& started) {
    started();
    const int heard = HearAvailability(bus_->address(), ends[1]);
    (void)!::write(ends[1], &heard, 1);
  });
  ::close(ends[1]);
  char byte = 0;
  ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  {
    const Holder west(kWest, bus_->address());
    ASSERT_TRUE(west.path().starts_with(api::kLeasePathPrefix)) << west.path();
  }
  client::Client root = Connect();
  EXPECT_TRUE(
      Eventually([&] { return root.ListAllLeases()->AsArray()->empty(); }));
  ASSERT_EQ(::write(ends[0], "g", 1), 1);
  ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  EXPECT_EQ(byte, 0);
  ::close(ends[0]);
}

// Named outright, it is what nothing of that name is.
TEST_F(NamespacesTest, TheOthersThings_AskedForByName_DoNotExist) {
  const Holder west(kWest, bus_->address());
  ASSERT_TRUE(west.path().starts_with(api::kLeasePathPrefix)) << west.path();
  const std::string device =
      std::string(api::kDevicePathPrefix) + "accelerator_3anvidia4";
  const auto ask = [&] {
    constexpr char kNotFound[] = "org.acceld1.Error.NotFound";
    Snoop snoop(bus_->address());
    for (const char* key : {"accelerator:nvidia4", "pci:0000:87:00.0",
                            "memory:nvidia4", "accelerator:none"}) {
      if (snoop.Call(api::kRootPath, kManager, "Distance", "ss", key,
                     "accelerator:nvidia0") != kNotFound) {
        return 1;
      }
    }
    for (const std::string& path : {device, west.path()}) {
      if (snoop.Call(path, kIntrospectable, "Introspect", "") != kNotFound ||
          snoop.Call(path, kProperties, "GetAll", "s",
                     path == device ? api::kDeviceInterface
                                    : api::kLeaseInterface) != kNotFound) {
        return 2;
      }
    }
    if (snoop.Call(west.path(), api::kLeaseInterface, "Release", "") !=
            kNotFound ||
        snoop.Call(west.path(), api::kLeaseInterface, "Take", "a{sv}", 0) !=
            kNotFound ||
        snoop.Call(west.path(), api::kLeaseInterface, "ReportBound", "sa{sv}",
                   "west-job", 0) != kNotFound) {
      return 3;
    }
    // What is for administrators tells nobody else what there is.
    const auto taint = [&](const char* key) {
      return snoop.Call(api::kRootPath, kManager, "Taint", "sa{sv}", key, 1,
                        "reason", "s", "broken");
    };
    const auto revoke = [&](const std::string& path) {
      return snoop.Call(api::kRootPath, kManager, "RevokeLease", "oa{sv}",
                        path.c_str(), 0);
    };
    const std::string taken = taint("accelerator:nvidia4");
    const std::string revoked = revoke(west.path());
    if (taken.empty() || taken != taint("accelerator:none")) return 4;
    if (revoked.empty() ||
        revoked != revoke(std::string(api::kLeasePathPrefix) + "none")) {
      return 5;
    }
    return 0;
  };
  EXPECT_EQ(RunAs(kEast, ask), 0);
}

// What the property Statistics says to a user.
std::string StatisticsFor(uid_t user, const std::string& address) {
  const int shared = ::memfd_create("statistics", MFD_CLOEXEC);
  EXPECT_EQ(RunAs(user,
                  [&] {
                    auto client = client::Client::Connect({.bus = address});
                    if (!client) return 1;
                    const auto told = client->Property("Statistics");
                    if (!told) return 2;
                    const std::string text = PrintJson(*told);
                    return ::write(shared, text.data(), text.size()) < 0 ? 3
                                                                         : 0;
                  }),
            0);
  std::string text(std::size_t{1} << 16, '\0');
  const auto size = ::pread(shared, text.data(), text.size(), 0);
  ::close(shared);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

TEST_F(NamespacesTest, Counters_DoNotMoveWithTheOtherTenant) {
  const std::string before = StatisticsFor(kEast, bus_->address());
  ASSERT_NE(before.find("\"east\""), std::string::npos) << before;
  const std::string of_west = StatisticsFor(kWest, bus_->address());
  const Holder west(kWest, bus_->address());
  ASSERT_TRUE(west.path().starts_with(api::kLeasePathPrefix)) << west.path();
  EXPECT_EQ(RunAs(kWest,
                  [&] {
                    Snoop snoop(bus_->address());
                    PlanAll(bus_->address(), snoop);
                    return 0;
                  }),
            0);
  EXPECT_EQ(StatisticsFor(kEast, bus_->address()), before);
  EXPECT_NE(StatisticsFor(kWest, bus_->address()), of_west);
}

TEST_F(NamespacesTest, Quotas_OfATenant_HoldOverTheBus) {
  const auto hold = [&] {
    auto client = client::Client::Connect({.bus = bus_->address()});
    if (!client) return 1;
    const auto one = client->Acquire(*ParseJson(kOneGpu));
    if (!one) return 2;
    const auto two = client->Acquire(*ParseJson(
        R"({"stages": [{"name": "a", "function": "compute/gpu", "count": 2,
                        "sharing": "exclusive"}]})"));
    if (two || two.error().code != ErrorCode::kQuotaExceeded) return 3;
    return two.error().message.find("one at a time") == std::string::npos ? 4
                                                                          : 0;
  };
  EXPECT_EQ(RunAs(kEast, hold), 0);
}

}  // namespace
}  // namespace acceld::testing
