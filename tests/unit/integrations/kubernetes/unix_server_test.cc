#include "integrations/kubernetes/grpc/unix_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "integrations/kubernetes/grpc/unix_channel.h"
#include "kubelet/deviceplugin_v1beta1.grpc.pb.h"
#include "tests/support/temp_dir.h"

namespace acceld::kubernetes {
namespace {

using std::chrono::seconds;
using testing::TempDir;

// Answers every registration, and remembers the last.
class Kubelet final : public v1beta1::Registration::Service {
 public:
  grpc::Status Register(grpc::ServerContext*,
                        const v1beta1::RegisterRequest* request,
                        v1beta1::Empty*) override {
    resource = request->resource_name();
    if (resource == "refused") {
      return ToGrpc(Error{ErrorCode::kQuotaExceeded, "too many", 0});
    }
    return grpc::Status::OK;
  }
  std::string resource;
};

class UnixServerTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string Path() const { return directory_.At("k.sock"); }

  Result<std::unique_ptr<UnixServer>> Start(UnixServerOptions options = {}) {
    if (options.path.empty()) options.path = Path();
    grpc::Service* const services[] = {&kubelet_};
    return UnixServer::Start(options, services);
  }

  Status Call(const std::string& resource) {
    const auto stub = v1beta1::Registration::NewStub(OpenUnixChannel(Path()));
    grpc::ClientContext context;
    SetTimeout(seconds(20), context);
    v1beta1::RegisterRequest request;
    request.set_resource_name(resource);
    v1beta1::Empty answer;
    return FromGrpc("Register", stub->Register(&context, request, &answer));
  }

  // A socket whose server is gone.
  void LeaveSocket() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    Path().copy(address.sun_path, sizeof address.sun_path - 1);
    const UniqueFd left(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(left.get(), reinterpret_cast<const sockaddr*>(&address),
                     sizeof address),
              0);
  }

  TempDir directory_{"/tmp"};
  Kubelet kubelet_;
};

TEST_F(UnixServerTest, Start_ServesWhoConnects) {
  const auto server = Start();
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_TRUE(Call("acceld.org/x"));
  EXPECT_EQ(kubelet_.resource, "acceld.org/x");
}

TEST_F(UnixServerTest, Start_GivesTheSocketItsModeAndLeavesNothingElse) {
  const auto server = Start({.path = Path(), .mode = 0640});
  ASSERT_TRUE(server);
  struct stat socket {};
  ASSERT_EQ(::stat(Path().c_str(), &socket), 0);
  EXPECT_TRUE(S_ISSOCK(socket.st_mode));
  EXPECT_EQ(socket.st_mode & 0777U, 0640U);
}

TEST_F(UnixServerTest, Start_OnASocketWithoutServer_TakesItsPlace) {
  LeaveSocket();
  const auto server = Start();
  ASSERT_TRUE(server);
  EXPECT_TRUE(Call("acceld.org/x"));
}

TEST_F(UnixServerTest, Start_WhereAnotherServes_IsRefusedAndLeavesIt) {
  const auto first = Start();
  ASSERT_TRUE(first);
  const auto second = Start();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_TRUE((*first)->InPlace());
  EXPECT_TRUE(Call("acceld.org/x"));
}

// The kubelet's directory with the longest name of a resource has 92.
TEST_F(UnixServerTest, Start_WithTheLongestPath_ServesThere) {
  const std::string longest =
      directory_.At(std::string(98 - directory_.At("").size(), 'x'));
  const auto server = Start({.path = longest});
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_TRUE((*server)->InPlace());
  EXPECT_EQ(Start({.path = longest + "x"}).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(UnixServerTest, Start_WhereAServerHangs_IsRefusedAtOnce) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  Path().copy(address.sun_path, sizeof address.sun_path - 1);
  const UniqueFd hangs(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(hangs.get(), reinterpret_cast<const sockaddr*>(&address),
                   sizeof address),
            0);
  ASSERT_EQ(::listen(hangs.get(), 0), 0);
  const UniqueFd waits(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(waits.get(), reinterpret_cast<const sockaddr*>(&address),
                      sizeof address),
            0);
  EXPECT_EQ(Start().error().code, ErrorCode::kBusy);
}

TEST_F(UnixServerTest, Start_OnAFile_IsRefusedAndLeavesIt) {
  directory_.AddFile("k.sock", "text");
  const auto server = Start();
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::kBusy);
  struct stat file {};
  ASSERT_EQ(::stat(Path().c_str(), &file), 0);
  EXPECT_TRUE(S_ISREG(file.st_mode));
}

TEST_F(UnixServerTest, Start_WithABadPath_SaysWhy) {
  const auto code = [this](std::string path) {
    const auto server = Start({.path = std::move(path)});
    return server ? ErrorCode::kInternal : server.error().code;
  };
  EXPECT_EQ(code("relative.sock"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(directory_.path() + "/"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("/" + std::string(200, 'x')), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(directory_.At("none/k.sock")), ErrorCode::kNotFound);
}

TEST_F(UnixServerTest, Stop_RemovesTheSocket) {
  const auto server = Start();
  ASSERT_TRUE(server);
  (*server)->Stop(seconds(1));
  struct stat socket {};
  EXPECT_NE(::stat(Path().c_str(), &socket), 0);
  EXPECT_EQ(Call("acceld.org/x").error().code, ErrorCode::kUnavailable);
}

TEST_F(UnixServerTest, Stop_LeavesTheSocketOfASuccessor) {
  const auto first = Start();
  ASSERT_TRUE(first);
  ASSERT_EQ(::unlink(Path().c_str()), 0);  // as a kubelet that starts does
  EXPECT_FALSE((*first)->InPlace());
  const auto second = Start();
  ASSERT_TRUE(second);
  (*first)->Stop(seconds(1));
  EXPECT_TRUE((*second)->InPlace());
  EXPECT_TRUE(Call("acceld.org/x"));
}

TEST_F(UnixServerTest, Call_WithALargeMessage_IsRefusedNotRead) {
  const auto server = Start({.path = Path(), .most_message_bytes = 1024});
  ASSERT_TRUE(server);
  EXPECT_TRUE(Call(std::string(512, 'x')));
  const auto refused = Call(std::string(2048, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kQuotaExceeded);
}

TEST_F(UnixServerTest, Call_ThatFails_KeepsCodeAndReason) {
  const auto server = Start();
  ASSERT_TRUE(server);
  const auto refused = Call("refused");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kQuotaExceeded);
  EXPECT_NE(refused.error().message.find("too many"), std::string::npos);
}

}  // namespace
}  // namespace acceld::kubernetes
