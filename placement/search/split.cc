#include "placement/search/split.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

namespace acceld::placement {
namespace {

// The better of the two; of equals the first.
void Take(Finding& best, Finding& other) {
  if (!other.values || other.least >= best.least) return;
  best.values = std::move(other.values);
  best.least = other.least;
}

void WalkAll(Cost beat, const Walk& walk, std::atomic<std::size_t>& next,
             Incumbents& incumbents, std::vector<Finding>& findings) {
  for (std::size_t i = next++; i < findings.size(); i = next++) {
    findings[i] = walk(i, std::min(beat, incumbents.Before(i)), incumbents);
  }
}

std::vector<Finding> WalkAtOnce(std::size_t subtrees, Cost beat,
                                const std::vector<Walk>& walks) {
  std::vector<Finding> findings(subtrees);
  Incumbents incumbents(subtrees);
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> threads;
  const std::size_t most = std::min(walks.size(), subtrees);
  threads.reserve(most);
  for (std::size_t i = 1; i < most; ++i) {
    try {
      threads.emplace_back(WalkAll, beat, std::cref(walks[i]), std::ref(next),
                           std::ref(incumbents), std::ref(findings));
    } catch (const std::system_error&) {
      break;  // the others do its part
    }
  }
  WalkAll(beat, walks.front(), next, incumbents, findings);
  for (std::thread& thread : threads) thread.join();
  return findings;
}

}  // namespace

Incumbents::Incumbents(std::size_t subtrees) : before_(subtrees) {
  for (auto& cost : before_) cost.store(kForbidden, std::memory_order_relaxed);
}

void Incumbents::Found(std::size_t subtree, Cost cost) {
  for (std::size_t i = subtree + 1; i < before_.size(); ++i) {
    Cost known = before_[i].load(std::memory_order_relaxed);
    while (cost < known && !before_[i].compare_exchange_weak(
                               known, cost, std::memory_order_relaxed)) {
    }
  }
}

Finding SearchSubtrees(std::size_t subtrees, Cost beat,
                       const std::vector<Walk>& walks) {
  Finding course;  // of one thread
  course.beat = course.least = beat;
  Finding passed_over = course;  // what it would not have found
  auto findings = WalkAtOnce(subtrees, beat, walks);
  const bool is_complete =
      std::all_of(findings.begin(), findings.end(),
                  [](const Finding& one) { return one.is_complete; });
  for (std::size_t i = 0; i < findings.size(); ++i) {
    Finding& one = findings[i];
    const bool is_its_course = one.is_alone && one.beat == course.least;
    if (is_complete && one.least < course.least && !is_its_course) {
      Take(passed_over, one);
      Incumbents none(subtrees);
      one = walks.front()(i, course.least, none);
    }
    Take(course, one);
    course.open = std::min(course.open, one.open);
    course.is_complete = course.is_complete && one.is_complete;
  }
  if (!course.is_complete) Take(course, passed_over);
  return course;
}

}  // namespace acceld::placement
