#include "client/policy/picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "client/policy/timeline.h"

namespace acceld::policy_tool {
namespace {

constexpr std::size_t kSteps = 240;
constexpr double kLeft = 60;
constexpr double kWidth = 960;
constexpr double kPanel = 170;  // height
constexpr double kTop = 64;     // of the first panel
constexpr double kGap = 64;     // between panels

// Okabe and Ito's colours, which people with any colour vision tell apart.
constexpr std::array<std::string_view, 8> kColours{
    "#0072b2", "#e69f00", "#009e73", "#cc79a7",
    "#56b4e9", "#d55e00", "#f0e442", "#7f7f7f"};

std::string Number(double value) {
  std::array<char, 64> text{};
  (void)std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

// As people write it: "2", "2.5".
std::string Short(double value) {
  std::array<char, 64> text{};
  (void)std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

// The least of 1, 2, 5, 10, 20 ... (and tenths) that divides `range` into at
// most `parts`. Requires: `range` > 0.
double RoundStep(double range, int parts) {
  const double least = range / parts;
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double digit : {1.0, 2.0, 5.0}) {
    if (digit * power >= least) return digit * power;
  }
  return 10 * power;
}

std::string Escape(std::string_view text) {
  std::string safe;
  for (const char c : Printable(text)) {
    if (c == '<') {
      safe += "&lt;";
    } else if (c == '&') {
      safe += "&amp;";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string Words(double x, double y, std::string_view text,
                  std::string_view more = "") {
  return "<text x=\"" + Number(x) + "\" y=\"" + Number(y) + "\" " +
         std::string(more) + ">" + Escape(text) + "</text>\n";
}

struct Series {
  std::string name;
  std::vector<double> values;
};

// One panel: a frame, values from 0 to `most` or the next round number, and a
// legend above. What is
// drawn tells its name where the pointer is.
class Panel {
 public:
  Panel(std::string_view id, double top, std::string_view title, double most)
      : top_(top) {
    const double step = RoundStep(std::max(most, 1.0), 5);
    most_ = std::ceil(std::max(most, 1.0) / step) * step;
    svg_ = "<g id=\"" + std::string(id) + "\">\n" +
           Words(kLeft, top - 24, title, "font-weight=\"bold\"");
    for (int i = 0; i * step <= most_ + step / 2; ++i) {
      const double value = i * step;
      svg_ +=
          "<line x1=\"" + Number(kLeft) + "\" x2=\"" + Number(kLeft + kWidth) +
          "\" y1=\"" + Number(Y(value)) + "\" y2=\"" + Number(Y(value)) +
          "\" stroke=\"#ddd\"/>\n" +
          Words(kLeft - 8, Y(value) + 4, Short(value), "text-anchor=\"end\"");
    }
  }

  // Areas on top of each other, as steps.
  void Stack(const std::vector<Series>& all) {
    std::vector<double> base(kSteps);
    for (const Series& series : all) {
      std::string forth;
      std::string back;
      for (std::size_t i = 0; i < kSteps; ++i) {
        const double top = base[i] + series.values[i];
        forth += Point(i, top) + Point(i + 1, top);
        back.insert(0, Point(i, base[i]));
        back.insert(0, Point(i + 1, base[i]));
        base[i] = top;
      }
      const std::string_view colour = NextColour(series.name);
      svg_ += "<polygon fill=\"" + std::string(colour) + "\" points=\"" +
              forth + back + "\">" + Title(series.name) + "</polygon>\n";
    }
  }

  void Line(const Series& series) {
    std::string points;
    for (std::size_t i = 0; i < kSteps; ++i) {
      points += Point(i, series.values[i]) + Point(i + 1, series.values[i]);
    }
    const std::string_view colour = NextColour(series.name);
    svg_ += "<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"" +
            std::string(colour) + "\" points=\"" + points + "\">" +
            Title(series.name) + "</polyline>\n";
  }

  [[nodiscard]] std::string svg() const { return svg_ + "</g>\n"; }

 private:
  [[nodiscard]] double Y(double value) const {
    return top_ + kPanel * (1 - value / most_);
  }
  [[nodiscard]] std::string Point(std::size_t step, double value) const {
    const double x = kLeft + kWidth * static_cast<double>(step) /
                                 static_cast<double>(kSteps);
    return Number(x) + "," + Number(Y(value)) + " ";
  }
  [[nodiscard]] static std::string Title(const std::string& name) {
    return "<title>" + Escape(name) + "</title>";
  }
  // The colour, once its name stands in the legend, where there is room.
  std::string_view NextColour(const std::string& name) {
    const std::string_view colour = kColours[used_ % kColours.size()];
    ++used_;
    const double width = 30 + 7 * static_cast<double>(name.size());
    constexpr double kMore = 20;  // of the dots
    if (legend_ + width > kLeft + kWidth - kMore) {
      if (!is_full_) svg_ += Words(legend_, top_ - 8, "...");
      is_full_ = true;
    }
    if (is_full_) return colour;
    svg_ += "<rect x=\"" + Number(legend_) + "\" y=\"" + Number(top_ - 17) +
            "\" width=\"10\" height=\"10\" fill=\"" + std::string(colour) +
            "\"/>\n" + Words(legend_ + 14, top_ - 8, name);
    legend_ += width;
    return colour;
  }

  double top_;
  double most_ = 1;
  double legend_ = kLeft;
  bool is_full_ = false;
  std::size_t used_ = 0;
  std::string svg_;
};

std::vector<Series> RefusalsOf(const Timeline& line, double& most) {
  std::vector<Series> all;
  std::vector<double> sum(kSteps);
  for (const auto& [reason, counts] : line.refused) {
    for (std::size_t i = 0; i < kSteps; ++i) sum[i] += counts[i];
    all.push_back({reason, counts});
  }
  most = *std::max_element(sum.begin(), sum.end());
  return all;
}

struct Unit {
  double nanoseconds;
  std::string_view name;
};
constexpr std::array<Unit, 5> kUnits{{{8.64e13, " d"},
                                      {3.6e12, " h"},
                                      {6e10, " min"},
                                      {1e9, " s"},
                                      {1e6, " ms"}}};

// In the largest unit of which the whole time is two or more.
std::string Axis(const History& history) {
  const double y = kTop + 3 * kPanel + 2 * kGap + 18;
  const auto end = static_cast<double>(history.end.value());
  const Unit* unit = kUnits.begin();
  while (unit + 1 != kUnits.end() && end < 2 * unit->nanoseconds) ++unit;
  const double whole = std::max(end, 1.0) / unit->nanoseconds;
  const double step = RoundStep(whole, 10);
  std::string svg;
  for (int i = 0; i * step <= whole; ++i) {
    svg += Words(kLeft + kWidth * i * step / whole, y,
                 Short(i * step) + std::string(unit->name),
                 "text-anchor=\"middle\"");
  }
  return svg;
}

}  // namespace

std::string PictureText(const Workload& workload, const History& history,
                        const std::string& title) {
  const Timeline line = MakeTimeline(workload, history, kSteps);
  const auto all = static_cast<double>(history.accelerators);
  std::vector<Series> users;
  for (std::size_t i = 0; i < workload.users.size(); ++i) {
    users.push_back({workload.users[i].name, line.held[i]});
  }
  double most = all;
  for (std::size_t i = 0; i < kSteps; ++i) {
    double sum = 0;
    for (const Series& user : users) sum += user.values[i];
    most = std::max(most, sum);
  }
  Panel held("held", kTop,
             "Opens of accelerators for " + workload.watch + ", by user", most);
  held.Stack(users);
  Panel whole("free", kTop + kPanel + kGap,
              "Accelerators free, and the largest set "
              "that is whole",
              all);
  whole.Line({"free", line.free});
  whole.Line({"largest whole set", line.largest_whole});
  double most_refused = 0;
  const std::vector<Series> reasons = RefusalsOf(line, most_refused);
  Panel refused("refused", kTop + 2 * (kPanel + kGap),
                "Requests refused, by reason (in each of " +
                    std::to_string(kSteps) + " steps)",
                most_refused);
  refused.Stack(reasons);
  const double height = kTop + 3 * kPanel + 2 * kGap + 32;
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
         Number(kLeft + kWidth + 40) + "\" height=\"" + Number(height) +
         "\" font-family=\"sans-serif\" font-size=\"11\">\n"
         "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n" +
         Words(kLeft, 20, title, "font-size=\"15\"") + held.svg() +
         whole.svg() + refused.svg() + Axis(history) + "</svg>\n";
}

}  // namespace acceld::policy_tool
