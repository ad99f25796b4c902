// The project's units, policy files and D-Bus files under a real systemd, as an
// administrator installs them. (The other cases that run in this guest use the
// same service: what they show holds in its sandbox.)
#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <utility>

#include "tests/vm/cases/program.h"
#include "tests/vm/cases/request.h"
#include "tests/vm/cases/service.h"
#include "tests/vm/cases/user_process.h"

namespace acceld::vm {
namespace {

constexpr const char* kSpecs = "/run/cdi/";
const std::string kCopy =
    R"({"stages": [{"name": "work", "function": "copy"}]})";

template <typename Condition>
bool Eventually(const Condition& holds) {
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return true;
}

uid_t UserOf(pid_t process) {
  struct stat status {};
  EXPECT_EQ(::stat(("/proc/" + std::to_string(process)).c_str(), &status), 0);
  return status.st_uid;
}

bool IsActive(const Service& service) {
  return service.Property("ActiveState") == "active";
}

std::string Scrape() {
  return Shell("wget -q -O - http://127.0.0.1:9730/metrics").output;
}

// Settings of a unit that are gone with the object.
class DropIn {
 public:
  DropIn(const std::string& unit, const std::string& text)
      : directory_("/run/systemd/system/" + unit + ".service.d") {
    EXPECT_EQ(Shell("mkdir -p " + directory_).status, 0);
    std::ofstream(directory_ + "/test.conf") << text;
    EXPECT_EQ(Shell("systemctl daemon-reload").status, 0);
  }
  ~DropIn() {
    (void)Shell("rm -r " + directory_ + "; systemctl daemon-reload");
  }
  DropIn(const DropIn&) = delete;
  DropIn& operator=(const DropIn&) = delete;

 private:
  const std::string directory_;
};

class Units : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!HasSystemd()) GTEST_SKIP() << "this guest has no systemd";
  }
  void TearDown() override {
    if (!HasSystemd()) return;
    for (const auto& service : {exporter_, writer_, acceld_}) service.Stop();
  }

  const Service acceld_{"acceld"};
  const Service writer_{"acceld-cdi"};
  const Service exporter_{"accel-exporter"};
};

TEST_F(Units, SystemdUnderstandsEveryLineOfThem) {
  const Ended verified = Shell(
      "systemd-analyze verify --man=no acceld.service acceld-cdi.service "
      "accel-exporter.service");
  EXPECT_EQ(verified.status, 0);
  EXPECT_EQ(verified.output, "");
}

TEST_F(Units, UsersFirstCall_StartsAcceld_AndWaitsUntilItServes) {
  ASSERT_FALSE(IsActive(acceld_));
  const Ended status = Shell("su client -c 'accelctl status'");
  EXPECT_EQ(status.status, 0) << status.output;
  EXPECT_TRUE(IsActive(acceld_));
}

TEST_F(Units, SoftwarePipeline_RunsInTheSandbox) {
  acceld_.Start();
  const Ended demo = Shell("su client -c 'accelctl demo --size 1MiB'");
  EXPECT_EQ(demo.status, 0) << demo.output << acceld_.Log();
  // Nor does it keep the workers from one of their own.
  EXPECT_EQ(acceld_.Log().find("soft_worker_namespace_kept"), std::string::npos)
      << acceld_.Log();
}

TEST_F(Units, Reload_ReadsThePolicyAgain_AndSaysWhatIsWrong) {
  acceld_.Start();
  EXPECT_EQ(Shell("systemctl reload acceld.service").status, 0);
  const std::string bad = "/etc/acceld/policy.d/90-bad.json";
  std::ofstream(bad) << "{";
  EXPECT_NE(Shell("systemctl reload acceld.service").status, 0);
  EXPECT_TRUE(IsActive(acceld_));
  (void)::unlink(bad.c_str());
}

TEST_F(Units, Acceld_ThatIsKilled_ServesAgain) {
  acceld_.Start();
  const pid_t first = acceld_.pid();
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  EXPECT_EQ(AsUser(kUser, [](Peer&) { return Why(Acquire(kCopy)); }), "");
  EXPECT_NE(acceld_.pid(), first);
  EXPECT_EQ(acceld_.Property("NRestarts"), "1");
}

TEST_F(Units, Acceld_ThatHangs_IsStartedAnew) {
  // An emulated machine may stand still for some seconds.
  const DropIn soon("acceld",
                    "[Service]\nWatchdogSec=8s\nTimeoutAbortSec=1s\n");
  acceld_.Start();
  const pid_t first = acceld_.pid();
  // It lives as long as it says that it is well.
  for (int said = 0; said < 2; ++said) {
    const std::string before = acceld_.Property("WatchdogTimestampMonotonic");
    ASSERT_TRUE(Eventually([&] {
      return acceld_.Property("WatchdogTimestampMonotonic") != before;
    }));
  }
  ASSERT_EQ(acceld_.pid(), first);
  ASSERT_EQ(::kill(first, SIGSTOP), 0);
  EXPECT_TRUE(Eventually([&] {
    return IsActive(acceld_) && acceld_.pid() != first;
  })) << acceld_.Property("Result");
}

TEST_F(Units, BusThatStartsAnew_IsServedAgain) {
  acceld_.Start();
  exporter_.Start();
  ASSERT_EQ(Shell("systemctl restart dbus.service").status, 0);
  EXPECT_TRUE(Eventually([] {
    return Shell("su client -c 'accelctl status'").status == 0;
  })) << acceld_.Log();
  EXPECT_TRUE(IsActive(acceld_));
  EXPECT_TRUE(Eventually([] {
    return Scrape().find("\nacceld_up 1\n") != std::string::npos;
  })) << exporter_.Log();
}

TEST_F(Units, Stop_TellsTheLeases_AndLeavesNothing) {
  acceld_.Start();
  UserProcess user(kUser, [](Peer& peer) -> std::string {
    auto lease = Acquire(kCopy, {.label = {}, .linger = {}, .by_socket = true});
    if (!lease) return Why(lease);
    peer.Send("held");
    const auto news = lease->WaitForNews();
    return news ? news->reason : Why(news);
  });
  ASSERT_EQ(user.peer().Hear(), "held");
  EXPECT_EQ(Shell("ls /run/acceld/leases | wc -l").output, "1");
  acceld_.Stop();
  EXPECT_EQ(user.Outcome(), "acceld stops");
  EXPECT_EQ(acceld_.Property("Result"), "success");
  EXPECT_NE(::access("/run/acceld", F_OK), 0);
}

TEST_F(Units, Exporter_AnswersAsAUserOfItsOwn_WhetherAcceldIsThereOrNot) {
  acceld_.Start();
  exporter_.Start();
  const passwd* account = ::getpwnam("accel-exporter");
  ASSERT_NE(account, nullptr) << "systemd-sysusers made none";
  EXPECT_EQ(UserOf(exporter_.pid()), account->pw_uid);
  EXPECT_NE(Scrape().find("\nacceld_up 1\n"), std::string::npos)
      << Scrape() << exporter_.Log();
  acceld_.Stop();
  EXPECT_TRUE(Eventually([] {
    return Scrape().find("\nacceld_up 0\n") != std::string::npos;
  })) << Scrape();
  EXPECT_FALSE(IsActive(acceld_)) << "a scrape started it";
  acceld_.Start();
  EXPECT_TRUE(Eventually([] {
    return Scrape().find("\nacceld_up 1\n") != std::string::npos;
  })) << Scrape();
}

TEST_F(Units, Exporter_WithACredential_AsksForIt) {
  std::ofstream("/etc/acceld/scrape") << "scraper:secret\n";
  ASSERT_EQ(::chmod("/etc/acceld/scrape", 0600), 0);
  const DropIn secret("accel-exporter",
                      "[Service]\nLoadCredential=scrape:/etc/acceld/scrape\n"
                      "ExecStart=\nExecStart=/usr/bin/accel-exporter "
                      "--password-file=%d/scrape\n");
  exporter_.Start();
  EXPECT_NE(Shell("wget -q -O - http://127.0.0.1:9730/metrics").status, 0);
  const Ended known =
      Shell("wget -q -O - http://scraper:secret@127.0.0.1:9730/metrics");
  EXPECT_EQ(known.status, 0) << exporter_.Log();
  EXPECT_NE(known.output.find("acceld_up"), std::string::npos) << known.output;
}

TEST_F(Units, WriterOfSpecs_WritesThemAsItsUser_AndTheyDieWithIt) {
  acceld_.Start();
  writer_.Start();
  const passwd* account = ::getpwnam("acceld-cdi");
  ASSERT_NE(account, nullptr) << "systemd-sysusers made none";
  EXPECT_EQ(UserOf(writer_.pid()), account->pw_uid);
  UserProcess user(kUser, [](Peer& peer) -> std::string {
    auto lease = Acquire(kCopy, {.label = {}, .linger = {}, .by_socket = true});
    if (!lease) return Why(lease);
    peer.Send(lease->path().substr(lease->path().rfind('/') + 1));
    // A container of the user's reaches it, too.
    if (::access(lease->socket().c_str(), R_OK | W_OK) != 0) {
      return "the lease's socket is out of reach";
    }
    return peer.Hear() == "end" ? "" : "it was not told to end";
  });
  const std::string spec =
      kSpecs + ("acceld.org-lease_" + user.peer().Hear() + ".json");
  const auto is_there = [&] { return ::access(spec.c_str(), R_OK) == 0; };
  ASSERT_TRUE(Eventually(is_there)) << writer_.Log();
  struct stat file {};
  ASSERT_EQ(::stat(spec.c_str(), &file), 0);
  EXPECT_EQ(file.st_uid, account->pw_uid);
  writer_.Stop();
  EXPECT_FALSE(is_there());
  writer_.Start();
  EXPECT_TRUE(Eventually(is_there));
  user.peer().Send("end");
  EXPECT_EQ(user.Outcome(), "");
  EXPECT_TRUE(Eventually([&] { return !is_there(); }));
}

TEST_F(Units, WriterThatWasKilled_LeavesNoSpec_AndWritesAgain) {
  acceld_.Start();
  writer_.Start();
  std::ofstream(std::string(kSpecs) + "acceld.org-lease_0123.json") << "{}";
  ASSERT_EQ(::kill(writer_.pid(), SIGKILL), 0);
  EXPECT_TRUE(Eventually([] {
    return Shell(std::string("ls ") + kSpecs + " | wc -l").output == "0";
  }));
  EXPECT_TRUE(Eventually([this] { return IsActive(writer_); }));
}

// The drop-in for machines with VFIO offers.
TEST_F(Units, WithVfiosDropIn_DevicesAreTakenFromTheirDrivers_AndGivenBack) {
  std::ifstream file("/usr/share/acceld/vfio.conf");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  ASSERT_NE(text, "");
  const std::string pipeline = OneStage("copy", "framework", "vfio");
  const auto take = [&pipeline](Peer&) -> std::string {
    auto lease = Acquire(pipeline);
    if (!lease) return Why(lease);
    const auto device = lease->OpenVfio("work");
    return Why(device);
  };
  acceld_.Start();
  EXPECT_NE(AsUser(kUser, take), "") << "/sys is not read-only";
  acceld_.Stop();
  const DropIn vfio("acceld", text);
  acceld_.Start();
  EXPECT_EQ(AsUser(kUser, take), "") << acceld_.Log();
  EXPECT_TRUE(Eventually([&] { return AsUser(kOtherUser, take).empty(); }))
      << acceld_.Log();
  // The leases' own sockets are within reach all the same.
  EXPECT_EQ(AsUser(kUser,
                   [](Peer&) -> std::string {
                     auto lease = Acquire(
                         kCopy, {.label = {}, .linger = {}, .by_socket = true});
                     if (!lease) return Why(lease);
                     const char* path = lease->socket().c_str();
                     return ::access(path, R_OK | W_OK) == 0 ? "" : path;
                   }),
            "");
  acceld_.Stop();
  EXPECT_EQ(Shell("rm -r /run/acceld").status, 0) << "it was not kept";
}

}  // namespace
}  // namespace acceld::vm
