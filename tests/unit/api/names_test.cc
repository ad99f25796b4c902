// The names in the code and the manual, api/org.acceld1.xml, agree.
#include "api/names.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "api/error_names.h"

namespace acceld::api {
namespace {

constexpr std::array kAllCodes{ErrorCode::kInvalidArgument,
                               ErrorCode::kNotFound,
                               ErrorCode::kPermissionDenied,
                               ErrorCode::kUnsatisfiable,
                               ErrorCode::kQuotaExceeded,
                               ErrorCode::kBusy,
                               ErrorCode::kStale,
                               ErrorCode::kUnsupported,
                               ErrorCode::kIo,
                               ErrorCode::kCorruptInput,
                               ErrorCode::kDeviceGone,
                               ErrorCode::kDeadline,
                               ErrorCode::kNoMemory,
                               ErrorCode::kUnavailable,
                               ErrorCode::kInternal};

std::string Manual() {
  std::ifstream file("api/org.acceld1.xml");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> AllMatches(const std::string& text,
                                 const std::string& pattern) {
  std::set<std::string> found;
  const std::regex expression(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end;
       at != end; ++at) {
    found.insert((*at)[1]);
  }
  return found;
}

std::set<std::string> NamesInCode() {
  std::set<std::string> names;
  for (const ErrorCode code : kAllCodes) {
    const std::string name = ErrorNameOf(code);
    EXPECT_TRUE(name.starts_with(kErrorPrefix)) << name;
    names.insert(name.substr(std::string(kErrorPrefix).size()));
  }
  return names;
}

TEST(NamesTest, Interfaces_InCodeAndManual_Agree) {
  const std::string manual = Manual();
  ASSERT_FALSE(manual.empty());
  EXPECT_EQ(AllMatches(manual, "<interface name=\"([^\"]+)\""),
            (std::set<std::string>{kManagerInterface, kLeaseInterface,
                                   kDeviceInterface}));
  EXPECT_EQ(AllMatches(manual, "<node name=\"([^\"]+)\""),
            std::set<std::string>{kRootPath});
  EXPECT_NE(manual.find(std::string(kLeasePathPrefix) + "ID"),
            std::string::npos);
  EXPECT_NE(manual.find(std::string(kDevicePathPrefix) + "ID"),
            std::string::npos);
  EXPECT_EQ(std::string(kManagerInterface), std::string(kBusName) + ".Manager");
}

TEST(NamesTest, Errors_InCodeAndManual_AreTheSameClosedList) {
  const std::string manual = Manual();
  const std::size_t begin = manual.find("closed list");
  const std::size_t end = manual.find("-->", begin);
  ASSERT_NE(end, std::string::npos);
  EXPECT_EQ(
      AllMatches(manual.substr(begin, end - begin), "\n    ([A-Z][A-Za-z]+)  "),
      NamesInCode());
}

TEST(NamesTest, ErrorsOfMethods_InTheManual_AreInTheList) {
  const std::set<std::string> known = NamesInCode();
  const auto lines = AllMatches(Manual(), "\n *Errors: ([^-<]+)\n");
  EXPECT_GE(lines.size(), 5U);
  for (const std::string& line : lines) {
    for (const std::string& name : AllMatches(line, "\\b([A-Z][A-Za-z]+)\\b")) {
      EXPECT_TRUE(known.contains(name) || name == "Acquire" || name == "JSON")
          << name;
    }
  }
}

TEST(NamesTest, ErrorName_OfEveryCode_LeadsBackToIt) {
  for (const ErrorCode code : kAllCodes) {
    EXPECT_EQ(CodeOfErrorName(ErrorNameOf(code)), code);
  }
}

TEST(NamesTest, ErrorNamesOfTheBus_AreUnderstood) {
  EXPECT_EQ(CodeOfErrorName("org.freedesktop.DBus.Error.ServiceUnknown"),
            ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOfErrorName("org.freedesktop.DBus.Error.AccessDenied"),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOfErrorName("com.example.Error"), ErrorCode::kInternal);
  EXPECT_EQ(CodeOfErrorName("org.acceld1.Error.NoSuch"), ErrorCode::kInternal);
  EXPECT_EQ(CodeOfErrorName(""), ErrorCode::kInternal);
}

}  // namespace
}  // namespace acceld::api
