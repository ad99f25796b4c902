// LineProcess: a program that is driven by lines of JSON, one call a line, one
// answer a line. Ended, and waited for, with the object. Single-threaded.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::testing {

class LineProcess {
 public:
  // Errors: kIo, kNotFound.
  [[nodiscard]] static Result<std::unique_ptr<LineProcess>> Start(
      const std::vector<std::string>& arguments);
  ~LineProcess();
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  // Sends {"id": N, "do": what, ...} and returns N.
  int Send(const std::string& what, Document::Object members = {});
  // The answer to call number `id`; an empty object and a failed test where
  // none comes in time. Answers to other calls are kept.
  [[nodiscard]] Document Answer(int id);
  // Both; an answer with "error" fails the test.
  Document Do(const std::string& what, Document::Object members = {});

 private:
  LineProcess(pid_t pid, UniqueFd input, UniqueFd output)
      : pid_(pid), input_(std::move(input)), output_(std::move(output)) {}
  [[nodiscard]] bool ReadLine(std::string& line);

  pid_t pid_;
  UniqueFd input_;   // the program's
  UniqueFd output_;  // the program's
  int next_ = 0;
  std::string waiting_;           // of its output
  std::map<int, Document> kept_;  // answers nobody asked for yet
};

// A process of a test: sent SIGTERM and waited for with the object, and ended
// with the thread that started it, however that ends.
class Process {
 public:
  // `environment`: "NAME=VALUE", beside this process's own.
  [[nodiscard]] static Result<std::unique_ptr<Process>> Start(
      const std::vector<std::string>& arguments,
      const std::vector<std::string>& environment);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Sends the signal and waits. The exit status, -1 where a signal ended it.
  int End(int signal);
  void Send(int signal) const;
  // Whether it still runs.
  [[nodiscard]] bool Runs() const;

 private:
  explicit Process(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

}  // namespace acceld::testing
