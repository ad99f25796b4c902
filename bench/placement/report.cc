#include "bench/placement/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <sstream>

namespace acceld::bench {
namespace {

std::string Time(Seconds time) {
  const double seconds = time.count();
  if (seconds < 0.1) return fmt::format("{:.3f} ms", seconds * 1e3);
  return fmt::format("{:.2f} s", seconds);
}

std::string Ratio(const Comparison& comparison) {
  const double ratio = *comparison.ratio;
  return fmt::format("{}{:.{}f} x", comparison.is_at_least ? ">= " : "", ratio,
                     ratio < 10 ? 2 : 0);
}

std::string CostText(const Measured& measured) {
  if (measured.cost) return std::to_string(*measured.cost);
  return measured.proved ? "none fits" : "-";
}

std::string ProofText(const Measured& measured) {
  if (measured.proved) return "proved";
  if (!measured.cost || !measured.lower_bound || *measured.cost == 0) {
    return "unknown";
  }
  const auto cost = static_cast<double>(*measured.cost);
  const auto bound = static_cast<double>(*measured.lower_bound);
  return fmt::format("{:.2f} % gap", 100 * (cost - bound) / cost);
}

std::string TheirText(const Measured& ours, const Measured& theirs) {
  if (!theirs.trouble.empty()) return theirs.trouble;
  const Comparison comparison = Compare(ours, theirs);
  std::string text = theirs.at_limit ? "limit" : Time(theirs.time);
  if (theirs.cost && theirs.cost != ours.cost) {
    text +=
        fmt::format(" ({}{})", theirs.proved ? "" : "best ", CostText(theirs));
  }
  return text + "  " +
         (comparison.ratio ? Ratio(comparison) : comparison.why_not);
}

std::vector<double> Ratios(const std::vector<Row>& rows, std::size_t rival) {
  std::vector<double> ratios;
  for (const Row& row : rows) {
    const auto ratio = Compare(row.ours, row.theirs[rival]).ratio;
    if (ratio) ratios.push_back(*ratio);
  }
  return ratios;
}

bool HoldsOne(const std::string& name, const std::string& words) {
  if (words.empty()) return true;
  std::istringstream list(words);
  for (std::string word; std::getline(list, word, ',');) {
    if (!word.empty() && name.find(word) != std::string::npos) return true;
  }
  return false;
}

Document Number(const std::optional<std::int64_t>& number) {
  return number ? Document(*number) : Document();
}

Document ToDocument(const Measured& measured) {
  return Document::Object{
      {"cost", Number(measured.cost)},
      {"lower_bound", Number(measured.lower_bound)},
      {"proved", measured.proved},
      {"nodes", Number(measured.nodes)},
      {"seconds", measured.time.count()},
      {"at_limit", measured.at_limit},
      {"trouble", measured.trouble},
  };
}

Document ToDocument(const std::vector<Rival>& rivals, const Row& row) {
  Document::Object others;
  for (std::size_t r = 0; r < rivals.size(); ++r) {
    Document other = ToDocument(row.theirs[r]);
    const Comparison comparison = Compare(row.ours, row.theirs[r]);
    other.Set("ratio",
              comparison.ratio ? Document(*comparison.ratio) : Document());
    other.Set("is_at_least", comparison.is_at_least);
    other.Set("contradicts", comparison.contradicts);
    others.emplace_back(rivals[r].name, std::move(other));
  }
  return Document::Object{
      {"name", row.name},
      {"devices", static_cast<std::int64_t>(row.devices)},
      {"free", static_cast<std::int64_t>(row.free)},
      {"acceld", ToDocument(row.ours)},
      {"others", std::move(others)},
  };
}

}  // namespace

std::string TableHead(const std::vector<Rival>& rivals, std::size_t width) {
  std::string head =
      fmt::format("{:<{}} {:>7} {:>5} {:>14} {:>12} {:>9} {:>11}", "problem",
                  width, "devices", "free", "cost", "", "nodes", "time");
  for (const Rival& rival : rivals) {
    head += fmt::format("   {:<26}", rival.name);
  }
  return head + "\n";
}

std::string TableRow(const Row& row, std::size_t width) {
  const Measured& ours = row.ours;
  std::string line = fmt::format(
      "{:<{}} {:>7} {:>5} {:>14} {:>12} {:>9} {:>11}", row.name, width,
      row.devices, row.free, CostText(ours), ProofText(ours),
      ours.nodes ? std::to_string(*ours.nodes) : "-", Time(ours.time));
  for (const Measured& theirs : row.theirs) {
    line += fmt::format("   {:<26}", TheirText(ours, theirs));
  }
  return line + "\n";
}

std::string TableFoot(const std::vector<Rival>& rivals,
                      const std::vector<Row>& rows, const std::string& words) {
  std::vector<Row> some;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(some),
               [&](const Row& row) { return HoldsOne(row.name, words); });
  std::string foot;
  for (std::size_t r = 0; r < rivals.size(); ++r) {
    const std::vector<double> ratios = Ratios(some, r);
    const auto mean = GeometricMean(ratios);
    foot += fmt::format("{}: geometric mean of {} of {} ratios{}: {}\n",
                        rivals[r].name, ratios.size(), some.size(),
                        words.empty() ? "" : " (" + words + ")",
                        mean ? fmt::format("{:.2f} x", *mean) : "-");
  }
  return foot;
}

Document ToDocument(const std::vector<Rival>& rivals,
                    const std::vector<Row>& rows) {
  Document::Array list;
  for (const Row& row : rows) list.push_back(ToDocument(rivals, row));
  Document::Object means;
  for (std::size_t r = 0; r < rivals.size(); ++r) {
    const auto mean = GeometricMean(Ratios(rows, r));
    means.emplace_back(rivals[r].name, mean ? Document(*mean) : Document());
  }
  return Document::Object{{"rows", std::move(list)},
                          {"geometric_means", std::move(means)}};
}

bool HasContradiction(const std::vector<Row>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const Row& row) {
    return std::any_of(row.theirs.begin(), row.theirs.end(),
                       [&](const Measured& theirs) {
                         return Compare(row.ours, theirs).contradicts;
                       });
  });
}

}  // namespace acceld::bench
