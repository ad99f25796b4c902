#include "bench/placement/rival.h"

#include <algorithm>
#include <cmath>
#include <regex>

#include "bench/placement/answer.h"
#include "bench/placement/command.h"
#include "bench/placement/repeated.h"

namespace acceld::bench {
namespace {

constexpr Seconds kGrace{5};

void Replace(const std::string& what, const std::string& by,
             std::string& text) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

Measured ToMeasured(const Finished& finished, Seconds limit) {
  Measured measured;
  const auto answer = ParseAnswer(finished.output);
  measured.time = answer && answer->time ? *answer->time : finished.time;
  if (answer) {
    measured.cost = answer->cost;
    measured.proved = answer->proved;
  }
  measured.at_limit =
      finished.was_ended || (!measured.proved && finished.time >= limit * 0.95);
  if (measured.at_limit) {
    measured.proved = false;
    measured.time = limit;
  } else if (finished.exit_status != 0) {
    measured.trouble = "exit status " + std::to_string(finished.exit_status);
  } else if (!answer) {
    measured.trouble = "tells no cost";
  }
  return measured;
}

Measured AskOne(std::string command, const std::string& file, Seconds limit) {
  const bool names_file = command.find("{}") != std::string::npos;
  Replace("{}", "\"$1\"", command);
  Replace("{limit}", std::to_string(std::lround(limit.count())), command);
  if (!names_file) command += " \"$1\"";
  const auto finished = RunCommand(command, file, limit + kGrace);
  if (finished) return ToMeasured(*finished, limit);
  Measured measured;
  measured.trouble = finished.error().message;
  return measured;
}

// Whether `a` is the better answer.
bool IsBetter(const Measured& a, const Measured& b) {
  if (a.trouble.empty() != b.trouble.empty()) return a.trouble.empty();
  if (a.proved != b.proved) return a.proved;
  if (!a.proved && a.cost != b.cost) {
    return a.cost && (!b.cost || *a.cost < *b.cost);
  }
  return a.time < b.time;
}

}  // namespace

Status AddRival(const std::string& text, std::vector<Rival>& rivals) {
  static const std::regex named(R"(([\w.+-]+)=(.+))");
  static const std::regex plain(R"((?:\S*/)?([^\s/]+).*)");
  std::smatch match;
  const bool has_name = std::regex_match(text, match, named);
  if (!has_name && !std::regex_match(text, match, plain)) {
    return Fail(ErrorCode::kInvalidArgument, "there is no command");
  }
  const std::string name = match[1];
  const std::string command = has_name ? match[2].str() : text;
  auto same = std::find_if(rivals.begin(), rivals.end(),
                           [&](const Rival& one) { return one.name == name; });
  if (same == rivals.end()) same = rivals.insert(same, {name, {}});
  same->commands.push_back(command);
  return {};
}

Measured Ask(const Rival& rival, const std::string& file,
             const Effort& effort) {
  std::vector<Measured> answers;
  for (const std::string& command : rival.commands) {
    answers.push_back(
        Repeated(effort, [&] { return AskOne(command, file, effort.limit); }));
  }
  return *std::min_element(answers.begin(), answers.end(), IsBetter);
}

}  // namespace acceld::bench
