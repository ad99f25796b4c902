#include "graph/export/html.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/bench_machine.h"
#include "tests/support/described_host.h"

namespace acceld::graph::exports {
namespace {

// As a content security policy writes it: "sha256-...".
std::string HashOf(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(),
             nullptr);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
  const int length =
      EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
  return "sha256-" + std::string(base64.begin(), base64.begin() + length);
}

// What stands between `start` and the next `end`.
std::string Between(const std::string& text, const std::string& start,
                    const std::string& end) {
  const std::size_t from = text.find(start);
  if (from == std::string::npos) return {};
  const std::size_t to = text.find(end, from + start.size());
  return text.substr(from + start.size(), to - from - start.size());
}

TEST(HtmlText_ItsPolicy, AllowsItsStyleAndScriptAndNothingElse) {
  const std::string page =
      HtmlText(*acceld::testing::BenchMachine().Build(), {"bench"});
  const std::string policy = Between(page, "Policy\" content=\"", "\">");
  const std::string style = Between(page, "<style>", "</style>");
  const std::string script = Between(page, "<script>", "</script>");
  ASSERT_GT(style.size(), 1000U);
  ASSERT_GT(script.size(), 1000U);
  EXPECT_EQ(policy,
            "default-src 'none'; base-uri 'none'; form-action 'none'; "
            "style-src '" +
                HashOf(style) + "'; script-src '" + HashOf(script) + "'");
}

TEST(HtmlText_AnyMachine, NamesNothingOutsideOfItself) {
  const std::string page =
      HtmlText(*acceld::testing::DescribedHost("nvswitch-8gpu"), {"gpus"});
  for (const char* word :
       {" src=", " href=", "url(", "@import", "fetch(", "XMLHttpRequest",
        "innerHTML", " style=\"", " onclick", "eval("}) {
    EXPECT_EQ(page.find(word), std::string::npos) << word;
  }
}

}  // namespace
}  // namespace acceld::graph::exports
