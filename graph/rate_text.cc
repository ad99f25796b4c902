#include "graph/rate_text.h"

#include "graph/quantity.h"

namespace acceld::graph {

std::string TextOf(const Rate& rate) {
  const std::string latency = Marked(rate.latency);
  if (rate.bandwidth.value >= kUnlimited) return latency;
  return latency + ", " + Marked(rate.bandwidth);
}

std::string RatesOf(const Link& link) {
  const std::string there = TextOf(link.forward);
  const std::string back = TextOf(link.backward);
  return there == back ? there : there + " there, " + back + " back";
}

}  // namespace acceld::graph
