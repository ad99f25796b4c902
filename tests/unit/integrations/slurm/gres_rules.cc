#include "tests/unit/integrations/slurm/gres_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

#include "base/cpu_list.h"

namespace acceld::slurm::testing {
namespace {

const std::set<std::string> kKeys{"nodename", "name",          "type",
                                  "file",     "multiplefiles", "count",
                                  "cores",    "links",         "flags"};

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) {
    parts.push_back(part);
  }
  return parts;
}

GresLine Parse(const std::string& text) {
  GresLine line;
  for (const std::string& word : Split(text, ' ')) {
    const auto equals = word.find('=');
    EXPECT_NE(equals, std::string::npos) << word;
    std::string key = word.substr(0, equals);
    std::transform(key.begin(), key.end(), key.begin(), ::tolower);
    EXPECT_TRUE(kKeys.contains(key)) << key;
    EXPECT_TRUE(line.emplace(key, word.substr(equals + 1)).second) << key;
  }
  return line;
}

bool Has(const GresLine& line, const char* key) { return line.contains(key); }

void CheckLine(const GresLine& line) {
  ASSERT_TRUE(Has(line, "name"));
  for (const char* key : {"name", "type"}) {
    if (!Has(line, key)) continue;
    const std::string& word = line.at(key);
    EXPECT_FALSE(word.empty());
    EXPECT_EQ(word.find_first_of(":,()[]=# \t\"'"), std::string::npos) << word;
    EXPECT_NE(word.find_first_not_of("0123456789"), std::string::npos) << word;
  }
  EXPECT_FALSE(Has(line, "file") && Has(line, "multiplefiles"));
  const bool files = Has(line, "file") || Has(line, "multiplefiles");
  EXPECT_NE(files, Has(line, "flags") && line.at("flags") == "CountOnly");
  EXPECT_TRUE(files || !Has(line, "cores"));
  if (Has(line, "cores")) {
    const auto cores = ParseCpuList(line.at("cores"));
    EXPECT_TRUE(cores && !cores->empty()) << line.at("cores");
  }
  const bool wants_files = Has(line, "links") || line.at("name") == "gpu";
  EXPECT_TRUE(files || !wants_files);
}

// All lines of one name, in their order.
void CheckName(const std::vector<GresLine>& lines) {
  std::set<std::string> files;
  std::set<std::string> types;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(Has(lines[i], "type"), Has(lines[0], "type"));
    EXPECT_EQ(Has(lines[i], "flags"), Has(lines[0], "flags"));
    if (Has(lines[i], "file")) {
      EXPECT_TRUE(files.insert(lines[i].at("file")).second);
    }
    // Of several lines that only count one type, slurmd believes the last.
    if (Has(lines[i], "flags")) {
      EXPECT_TRUE(types.insert(lines[i].at("type")).second);
    }
    EXPECT_EQ(Has(lines[i], "links"), Has(lines[0], "links"));
    if (!Has(lines[i], "links")) continue;
    const auto links = Split(lines[i].at("links"), ',');
    ASSERT_EQ(links.size(), lines.size());
    for (std::size_t j = 0; j < links.size(); ++j) {
      EXPECT_EQ(links[j] == "-1", i == j);
      EXPECT_EQ(links[j], i == j ? "-1" : Split(lines[j].at("links"), ',')[i]);
    }
  }
  EXPECT_LE(files.size(), 1024U);
}

std::string Sum(const std::vector<GresLine>& lines) {
  std::map<std::string, int> counts;
  std::vector<std::string> order;
  for (const GresLine& line : lines) {
    const std::string what = line.at("name") + ":" + line.at("type");
    if (!counts.contains(what)) order.push_back(what);
    counts[what] += Has(line, "count") ? std::stoi(line.at("count")) : 1;
  }
  std::string text;
  for (const std::string& what : order) {
    text +=
        (text.empty() ? "" : ",") + what + ":" + std::to_string(counts[what]);
  }
  return text;
}

}  // namespace

std::vector<GresLine> CheckedGresLines(std::string_view text) {
  std::vector<GresLine> lines;
  std::map<std::string, std::vector<GresLine>> names;
  for (const std::string& raw : Split(std::string(text), '\n')) {
    if (raw.empty() || raw.front() == '#') continue;
    lines.push_back(Parse(raw));
    CheckLine(lines.back());
    names[lines.back()["name"]].push_back(lines.back());
  }
  std::string types;
  for (const auto& [name, mine] : names) {
    CheckName(mine);
    types += (types.empty() ? "" : ",") + name;
  }
  if (lines.empty()) return lines;
  // The comment for slurm.conf counts the same.
  EXPECT_NE(text.find("\n#   GresTypes=" + types + "\n"), std::string::npos);
  EXPECT_NE(text.find(" Gres=" + Sum(lines) + "\n"), std::string::npos)
      << Sum(lines);
  return lines;
}

}  // namespace acceld::slurm::testing
