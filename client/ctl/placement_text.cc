#include "client/ctl/placement_text.h"

#include <cstdint>

#include "base/units.h"
#include "client/ctl/candidate_text.h"
#include "client/ctl/document_text.h"
#include "client/ctl/text_table.h"

namespace acceld::ctl {
namespace {

using Align = TextTable::Align;

std::string NumberOf(const Document& object, std::string_view key) {
  const Document* value = object.Find(key);
  const std::int64_t* number = value == nullptr ? nullptr : value->AsInteger();
  return number == nullptr ? TextOf(object, key) : Grouped(*number);
}

// A time to three digits: "82233ns" is "82.2us". What is none stays.
std::string Rounded(const std::string& time) {
  const auto parsed = ParseNanoseconds(time);
  if (!parsed) return time;
  std::int64_t unit = 1;
  for (std::int64_t rest = parsed->value(); rest >= 1000; rest /= 10) {
    unit *= 10;
  }
  return ToString(Nanoseconds((parsed->value() + unit / 2) / unit * unit));
}

std::string RunnersUpTable(const Document& placement) {
  TextTable table(
      {{"STAGE"}, {"WITHOUT"}, {"RUNNER-UP"}, {"EXTRA COST", Align::kRight}});
  for (const Document& one : ArrayOf(placement, "runners_up")) {
    const Document* proven = one.Find("proven");
    const bool* is_proven = proven == nullptr ? nullptr : proven->AsBool();
    std::string extra = NumberOf(one, "extra_cost");
    std::string device = TextOf(one, "device");
    if (device.empty()) {
      device = "none";
      extra = "-";
    } else if (is_proven == nullptr || !*is_proven) {
      extra.insert(0, "at most ");
    }
    table.Add({TextOf(one, "stage"), TextOf(one, "without"), device, extra});
  }
  return table.empty() ? "" : "\n" + table.ToText();
}

}  // namespace

std::string PlacementSummary(const Document& placement) {
  std::string text = TextOf(placement, "proof");
  text.append(", cost ").append(NumberOf(placement, "total"));
  if (TextOf(placement, "proof") != "optimal" &&
      placement.Find("lower_bound") != nullptr) {
    text.append(" (no placement costs less than ")
        .append(NumberOf(placement, "lower_bound"))
        .append(")");
  }
  text.append(" (").append(NumberOf(placement, "nodes")).append(" nodes");
  const std::string elapsed = Rounded(TextOf(placement, "elapsed"));
  if (!elapsed.empty()) text.append(" in ").append(elapsed);
  text.append(")");
  const std::string host = TextOf(placement, "host");
  if (!host.empty()) text.append("; run the client on ").append(host);
  return text;
}

std::string PlacementTables(const Document& placement, std::size_t indent) {
  TextTable stages({{"STAGE"},
                    {"REPLICA", Align::kRight},
                    {"FUNCTION"},
                    {"DEVICE"},
                    {"NUMA NODE"}});
  for (const Document& one : ArrayOf(placement, "stages")) {
    stages.Add({TextOf(one, "stage"), TextOf(one, "replica"),
                TextOf(one, "function"), TextOf(one, "device"),
                TextOf(one, "numa")});
  }
  TextTable buffers({{"BUFFER", Align::kRight},
                     {"BETWEEN"},
                     {"SIZE", Align::kRight},
                     {"MEMORY"},
                     {"KIND"}});
  for (const Document& one : ArrayOf(placement, "buffers")) {
    buffers.Add(
        {TextOf(one, "link"), TextOf(one, "from") + " -> " + TextOf(one, "to"),
         TextOf(one, "size"), TextOf(one, "memory"), TextOf(one, "kind")});
  }
  std::string text = stages.ToText(indent);
  if (!buffers.empty()) text.append("\n").append(buffers.ToText(indent));
  return text;
}

std::string PlacementReasons(const Document& placement) {
  TextTable terms({{"COST", Align::kRight},
                   {"LATENCY", Align::kRight},
                   {"BANDWIDTH", Align::kRight},
                   {"FOR"}});
  for (const Document& term : ArrayOf(placement, "terms")) {
    terms.Add({NumberOf(term, "cost"), TextOf(term, "latency"),
               TextOf(term, "bandwidth"), TextOf(term, "what")});
  }
  std::string text;
  if (!terms.empty()) text.append("\n").append(terms.ToText());
  return text.append(RunnersUpTable(placement))
      .append(CandidateTables(placement));
}

}  // namespace acceld::ctl
