#include "integrations/kubernetes/dra/https_connection.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/temp_dir.h"

namespace acceld::dra {
namespace {

Result<ApiEndpoint> EndpointOf(
    const std::map<std::string, std::string>& environment) {
  return InClusterEndpoint(
      [&](const char* name) {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
      },
      "/account");
}

TEST(InClusterEndpoint, ThePodsEnvironment_SaysWhere) {
  const auto endpoint = EndpointOf({{"KUBERNETES_SERVICE_HOST", "10.96.0.1"},
                                    {"KUBERNETES_SERVICE_PORT", "443"}});
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->url, "https://10.96.0.1:443");
  EXPECT_EQ(endpoint->ca_file, "/account/ca.crt");
  EXPECT_EQ(endpoint->token_file, "/account/token");
  const auto six = EndpointOf({{"KUBERNETES_SERVICE_HOST", "fd00::1"},
                               {"KUBERNETES_SERVICE_PORT", "443"}});
  ASSERT_TRUE(six);
  EXPECT_EQ(six->url, "https://[fd00::1]:443");
}

TEST(InClusterEndpoint, OutsideOfAPod_IsAFault) {
  const auto endpoint = EndpointOf({{"KUBERNETES_SERVICE_HOST", ""}});
  ASSERT_FALSE(endpoint);
  EXPECT_EQ(endpoint.error().code, ErrorCode::kUnavailable);
}

// Fails before anything is sent.
ErrorCode CodeWithToken(const std::string& token) {
  acceld::testing::TempDir files;
  files.AddFile("token", token);
  HttpsConnection connection(
      {"https://127.0.0.1:1", files.At("ca.crt"), files.At("token")});
  const auto answer = connection.Call("GET", "/version");
  EXPECT_FALSE(answer);
  return answer ? ErrorCode::kInternal : answer.error().code;
}

TEST(HttpsConnection, ATokenThatIsNone_IsNotSent) {
  EXPECT_EQ(CodeWithToken("two\r\nHeader: lines"), ErrorCode::kIo);
  EXPECT_EQ(CodeWithToken(std::string(1 << 17, 'x')), ErrorCode::kIo);
  EXPECT_EQ(CodeWithToken(""), ErrorCode::kIo);
}

TEST(HttpsConnection, WithoutAToken_NothingIsSent) {
  HttpsConnection connection({"https://127.0.0.1:1", "/no/ca", "/no/token"});
  const auto answer = connection.Call("GET", "/version");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace acceld::dra
