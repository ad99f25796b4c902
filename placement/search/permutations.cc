#include "placement/search/permutations.h"

#include <numeric>

namespace acceld::placement {
namespace {

class Finder {
 public:
  Finder(const Structure& structure, std::size_t most, std::int64_t work)
      : structure_(structure),
        most_(most),
        work_left_(work),
        image_(structure.size()),
        is_taken_(structure.size()) {}

  std::vector<Permutation> Run() {
    // Half of the work is kept for the second way.
    const std::int64_t half = work_left_ / 2;
    work_left_ -= half;
    Extend(0, most_ + 1);
    if (work_left_ >= 0 && found_.size() <= most_) return std::move(found_);
    work_left_ = half;
    found_.clear();
    FindTransversals();
    return std::move(found_);
  }

 private:
  // For each point, the points before it staying where they are.
  void FindTransversals() {
    const std::size_t size = structure_.size();
    for (std::size_t first = 0; first < size; ++first) {
      is_taken_.assign(size, false);
      for (std::size_t point = 0; point < first; ++point) Set(point, point);
      for (std::size_t to = first + 1; to < size; ++to) {
        if (work_left_ < 0 || found_.size() >= most_) return;
        if (!Allows(first, to)) continue;
        Set(first, to);
        Extend(first + 1, found_.size() + 1);
        is_taken_[to] = false;
      }
    }
  }

  void Set(std::size_t point, std::size_t to) {
    image_[point] = to;
    is_taken_[to] = true;
  }

  // Whether the point can go there, the points before it being where they are.
  [[nodiscard]] bool Allows(std::size_t point, std::size_t to) {
    if (is_taken_[to]) return false;
    if (structure_.colour[point] != structure_.colour[to]) return false;
    const std::size_t size = structure_.size();
    for (std::size_t other = 0; other < point; ++other) {
      --work_left_;
      const std::size_t at = image_[other];
      const auto& relation = structure_.relation;
      if (relation[point * size + other] != relation[to * size + at] ||
          relation[other * size + point] != relation[at * size + to]) {
        return false;
      }
    }
    return true;
  }

  // Completes what is there in every way, up to `most` found in all.
  void Extend(std::size_t point, std::size_t most) {
    if (found_.size() >= most || work_left_ < 0) return;
    if (point == structure_.size()) {
      if (MovesSomething()) found_.push_back(image_);
      return;
    }
    for (std::size_t to = 0; to < structure_.size(); ++to) {
      if (!Allows(point, to)) continue;
      Set(point, to);
      Extend(point + 1, most);
      is_taken_[to] = false;
    }
  }

  [[nodiscard]] bool MovesSomething() const {
    for (std::size_t point = 0; point < image_.size(); ++point) {
      if (image_[point] != point) return true;
    }
    return false;
  }

  const Structure& structure_;
  const std::size_t most_;
  std::int64_t work_left_;
  Permutation image_;
  std::vector<bool> is_taken_;
  std::vector<Permutation> found_;
};

}  // namespace

std::vector<Permutation> FindPermutations(const Structure& structure,
                                          std::size_t most, std::int64_t work) {
  return Finder(structure, most, work).Run();
}

}  // namespace acceld::placement
