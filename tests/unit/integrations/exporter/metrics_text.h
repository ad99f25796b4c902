// What a scrape would get, as its lines. Tests only.
#pragma once

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace acceld::exporter {

class MetricsText {
 public:
  explicit MetricsText(const std::vector<prometheus::MetricFamily>& families) {
    std::stringstream text;
    prometheus::TextSerializer().Serialize(text, families);
    for (std::string line; std::getline(text, line);) lines_.push_back(line);
  }
  [[nodiscard]] bool Has(const std::string& line) const {
    return std::find(lines_.begin(), lines_.end(), line) != lines_.end();
  }
  // Those that start so.
  [[nodiscard]] std::vector<std::string> Samples(
      const std::string& start) const {
    std::vector<std::string> found;
    for (const std::string& line : lines_) {
      if (line.starts_with(start)) found.push_back(line);
    }
    return found;
  }

 private:
  std::vector<std::string> lines_;
};

}  // namespace acceld::exporter
