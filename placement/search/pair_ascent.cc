// PairBound, second half: the ascent at one level.
#include <algorithm>
#include <numeric>
#include <utility>

#include "placement/search/pair_bound.h"

namespace acceld::placement {
namespace {

// Rounds of the ascent at the start, from which all else follows, and what part
// of the bound the leaders get back before the first of them; less and less
// before the later ones. Without that the ascent ends where no single matrix
// has more to give, some 1 % lower.
constexpr int kFirstRounds = 200;
constexpr std::int64_t kFirstReturn = 100;  // one part in so many
// Rounds at any other level, and how many more at the pace of the last one are
// worth trying.
constexpr int kMostRounds = 100;
constexpr std::int64_t kPatience = 12;

}  // namespace

void PairBound::Ascend(Level& level, std::int64_t limit) {
  SolveLeaders(level, limit);
  const bool is_first = placed_.empty();
  const int rounds = is_first ? kFirstRounds : kMostRounds;
  for (int round = 0; round < rounds; ++round) {
    if (level.is_closed || level.rows() < 2) return;
    const std::size_t size = level.leaders.size();
    if (stopped_(static_cast<std::int64_t>(8 * size * size))) return;
    const std::int64_t before = level.lower;
    if (is_first) GiveBack(level, rounds - 1 - round);
    Spread(level);
    Shuffle(size);
    for (const std::size_t leader : order_) {
      if (level.leaders[leader] >= kDead) continue;
      SolveMatrix(level, leader, limit - level.lower);
    }
    SolveLeaders(level, limit);
    const std::int64_t gain = level.lower - before;
    if (!is_first && gain * kPatience < limit - level.lower) return;
  }
}

// Every row of leaders has one that is chosen: each gets an equal part.
void PairBound::GiveBack(Level& level, int rounds_left) const {
  const auto rows = static_cast<std::int64_t>(level.rows());
  const std::int64_t part =
      level.lower * rounds_left / (kFirstRounds * kFirstReturn * rows);
  if (part <= 0) return;
  level.lower -= part * rows;
  for (Cell& leader : level.leaders) {
    if (leader < kDead) leader += static_cast<Cell>(part);
  }
}

// One of a leader's rows is chosen from whatever happens to the others: each
// gets an equal share.
void PairBound::Spread(Level& level) const {
  const std::size_t columns = level.columns();
  const std::size_t size = level.leaders.size();
  const auto others = static_cast<Cell>(level.rows() - 1);
  for (std::size_t leader = 0; leader < size; ++leader) {
    Cell& mine = level.leaders[leader];
    if (mine >= kDead || mine < others) continue;
    const Cell share = mine / others;
    mine -= share * others;
    Cell* const cells = level.cells.data() + leader * level.stride;
    const std::size_t own = leader / columns * columns;
    for (std::size_t at = 0; at < own; ++at) cells[at] += share;
    for (std::size_t at = own + columns; at < size; ++at) cells[at] += share;
  }
}

// The same in every run: a linear congruential generator (Knuth's MMIX).
void PairBound::Shuffle(std::size_t count) {
  order_.resize(count);
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) {
    random_ = random_ * 6364136223846793005U + 1442695040888963407U;
    std::swap(order_[i - 1], order_[(random_ >> 33) % i]);
  }
}

// Collects the other halves of all pairs, and leaves what is not needed here.
// The leader's own column stays in the matrix, as one that nobody may take.
void PairBound::SolveMatrix(Level& level, std::size_t leader,
                            std::int64_t gap) {
  const std::size_t columns = level.columns();
  const std::size_t row = leader / columns;
  const std::size_t column = leader % columns;
  Cell* const mine = level.cells.data() + leader * level.stride;
  Cell* const theirs = level.cells.data() + leader;
  const Cell own = level.leaders[leader];
  const Cell most = static_cast<Cell>(gap) - own;
  matrix_.resize(level.rows() * columns);
  Cell* into = matrix_.data();
  for (std::size_t k = 0; k < level.rows(); ++k) {
    if (k == row) continue;
    for (std::size_t l = 0; l < columns; ++l) {
      const std::size_t at = k * columns + l;
      const Cell sum = mine[at] + theirs[at * level.stride];
      into[l] = sum > most ? kDead : sum;
    }
    into[column] = kDead;
    into += columns;
  }
  const auto total =
      assignment_.Reduce(matrix_.data(), level.rows() - 1, columns, most);
  if (!total) {
    Close(level, leader);
    return;
  }
  level.leaders[leader] = own + *total;
  const Cell left = most - *total;
  const Cell* from = matrix_.data();
  for (std::size_t k = 0; k < level.rows(); ++k) {
    if (k == row) continue;
    for (std::size_t l = 0; l < columns; ++l) {
      const std::size_t at = k * columns + l;
      const bool is_dead = from[l] > left;
      mine[at] = is_dead ? kDead : from[l];
      theirs[at * level.stride] = is_dead ? kDead : 0;
    }
    from += columns;
  }
}

// The variable cannot be there, whatever the others do.
void PairBound::Close(Level& level, std::size_t leader) const {
  level.leaders[leader] = kDead;
  Cell* const cells = level.cells.data() + leader * level.stride;
  std::fill(cells, cells + level.leaders.size(), kDead);
}

void PairBound::SolveLeaders(Level& level, std::int64_t limit) {
  level.is_closed = level.lower > limit;
  if (level.is_closed) return;
  const auto total =
      assignment_.Reduce(level.leaders.data(), level.rows(), level.columns(),
                         static_cast<Cell>(limit - level.lower));
  level.is_closed = !total;
  if (level.is_closed) return;
  level.lower += *total;
  for (std::size_t at = 0; at < level.leaders.size(); ++at) {
    if (level.leaders[at] > limit - level.lower) Close(level, at);
  }
}

}  // namespace acceld::placement
