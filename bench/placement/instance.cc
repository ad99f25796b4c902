#include "bench/placement/instance.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <limits>

#include "base/sys_root.h"

namespace acceld::bench {
namespace {

constexpr std::size_t kMostDevices = 16384;

class Reader {
 public:
  explicit Reader(std::istream& in) : in_(in) {}

  std::int64_t Number(std::int64_t most = std::numeric_limits<int>::max()) {
    std::int64_t number = 0;
    if (!(in_ >> number) || number < 0 || number > most) is_sound_ = false;
    return is_sound_ ? number : 0;
  }
  std::size_t Index(std::size_t below) {
    const auto number = static_cast<std::size_t>(Number());
    if (number >= below) is_sound_ = false;
    return is_sound_ ? number : 0;
  }
  std::vector<std::int64_t> Numbers(std::size_t count) {
    std::vector<std::int64_t> numbers(count);
    for (auto& number : numbers) {
      number = Number();
      if (!is_sound_) break;
    }
    return numbers;
  }
  [[nodiscard]] bool is_sound() const { return is_sound_; }
  std::istream& in() { return in_; }

 private:
  std::istream& in_;
  bool is_sound_ = true;
};

void ReadPqap(Reader& reader, Instance& one) {
  one.stages = reader.Index(kMostDevices);
  one.devices = reader.Index(kMostDevices);
  one.capacity.assign(one.devices, 1);
  one.allowed.resize(one.stages);
  one.flow.assign(one.stages * one.stages, 0);
  std::string word;
  while (reader.is_sound() && reader.in() >> word) {
    if (word == "cap") {
      one.capacity = reader.Numbers(one.devices);
    } else if (word == "stage") {
      auto& allowed = one.allowed[reader.Index(one.stages)];
      allowed.resize(reader.Index(one.devices + 1));
      for (auto& device : allowed) device = reader.Index(one.devices);
      std::sort(allowed.begin(), allowed.end());
    } else if (word == "flow") {
      for (std::int64_t left = reader.Number(); left > 0; --left) {
        const std::size_t from = reader.Index(one.stages);
        const std::size_t to = reader.Index(one.stages);
        one.flow[from * one.stages + to] += reader.Number();
      }
    } else if (word == "dist") {
      one.distance = reader.Numbers(one.devices * one.devices);
    } else {
      reader.in().setstate(std::ios::failbit);
      (void)reader.Number();
    }
  }
}

void ReadQaplib(Reader& reader, std::size_t size, Instance& one) {
  std::string rest;  // some files carry the optimum on the first line
  std::getline(reader.in(), rest);
  one.stages = size;
  one.devices = size;
  one.capacity.assign(size, 1);
  one.allowed.resize(size);
  one.flow = reader.Numbers(size * size);
  one.distance = reader.Numbers(size * size);
  const auto zeros = [](const std::vector<std::int64_t>& matrix) {
    return std::count(matrix.begin(), matrix.end(), 0);
  };
  if (zeros(one.distance) > zeros(one.flow)) std::swap(one.flow, one.distance);
}

// `count` numbers on a line.
void Write(std::ostream& out, const std::vector<std::int64_t>& numbers,
           std::size_t begin, std::size_t count) {
  for (std::size_t i = begin; i < begin + count; ++i) {
    out << (i == begin ? "" : " ") << numbers[i];
  }
  out << "\n";
}

void WritePqap(const Instance& one, std::ostream& out) {
  out << "pqap " << one.stages << " " << one.devices << "\ncap ";
  Write(out, one.capacity, 0, one.devices);
  for (std::size_t i = 0; i < one.stages; ++i) {
    out << "stage " << i << " " << one.allowed[i].size();
    for (const std::size_t device : one.allowed[i]) out << " " << device;
    out << "\n";
  }
  const std::int64_t zeros = std::count(one.flow.begin(), one.flow.end(), 0);
  out << "flow " << static_cast<std::int64_t>(one.flow.size()) - zeros << "\n";
  for (std::size_t i = 0; i < one.stages; ++i) {
    for (std::size_t j = 0; j < one.stages; ++j) {
      if (one.Flow(i, j) == 0) continue;
      out << i << " " << j << " " << one.Flow(i, j) << "\n";
    }
  }
  out << "dist\n";
  for (std::size_t a = 0; a < one.devices; ++a) {
    Write(out, one.distance, a * one.devices, one.devices);
  }
}

}  // namespace

Status WriteInstance(const Instance& instance, const std::string& path) {
  std::ofstream file;
  if (!path.empty()) file.open(path);
  std::ostream& out = path.empty() ? std::cout : file;
  WritePqap(instance, out);
  out.flush();
  if (out) return {};
  return Fail(ErrorCode::kIo, path + ": cannot be written");
}

Result<Instance> ReadInstance(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Fail(ErrorCode::kNotFound, path + ": cannot be read");
  Instance one;
  one.name = path.substr(path.rfind('/') + 1);
  Reader reader(file);
  std::string first;
  file >> first;
  if (first == "pqap") {
    ReadPqap(reader, one);
  } else {
    const auto size = ParseInteger(first);
    if (!size || *size < 1 || *size > static_cast<std::int64_t>(kMostDevices)) {
      return Fail(ErrorCode::kCorruptInput, path + ": neither pqap nor QAPLIB");
    }
    ReadQaplib(reader, static_cast<std::size_t>(*size), one);
  }
  if (!reader.is_sound() || one.stages == 0 ||
      one.distance.size() != one.devices * one.devices) {
    return Fail(ErrorCode::kCorruptInput, path + ": not as its format says");
  }
  for (auto& allowed : one.allowed) {
    if (!allowed.empty()) continue;
    for (std::size_t i = 0; i < one.devices; ++i) allowed.push_back(i);
  }
  return one;
}

}  // namespace acceld::bench
