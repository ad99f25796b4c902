// FakeKubelet: the kubelet's part of the device plugin API, played by a program
// in Go (main.go) and driven from here. Single-threaded.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "tests/integration/kubernetes/program.h"

namespace acceld::testing {

class FakeKubelet {
 public:
  // Its sockets will be in `directory`.
  [[nodiscard]] static Result<std::unique_ptr<FakeKubelet>> Launch(
      const std::string& directory);

  // One life of the kubelet; it knows no pod at first.
  [[nodiscard]] Status Start();
  // As it is for some time of its start: it tells of pods, and plugins cannot
  // register yet.
  [[nodiscard]] Status StartWithoutPlugins();
  [[nodiscard]] Status Stop();

  using Ids = std::vector<std::string>;
  // The containers' parts of the answer. Errors: the call's, as kBusy, ...
  [[nodiscard]] Result<Document> Allocate(const std::string& resource,
                                          const Ids& units);
  [[nodiscard]] Status PreStart(const std::string& resource, const Ids& units);
  [[nodiscard]] Result<Ids> Prefer(const std::string& resource,
                                   const Ids& available, const Ids& must,
                                   std::int64_t size);
  // Sends bytes (base64) as the request of a method.
  [[nodiscard]] Status SendRaw(const std::string& resource,
                               const std::string& method,
                               const std::string& base64);
  // From now on a pod has these units; without units it is gone.
  [[nodiscard]] Status SetPod(const std::string& pod,
                              const std::string& resource, const Ids& units);

  // Starts an Allocate and does not wait; its number, for Answer().
  [[nodiscard]] std::int64_t BeginAllocate(const std::string& resource,
                                           const Ids& units);
  [[nodiscard]] Result<Document> Answer(std::int64_t call);

  // Reads what comes until `holds` does, for a bounded time.
  template <typename Condition>
  bool Until(Condition holds) {
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > until) return false;
      ReadSome(100);
    }
    return true;
  }
  // How often a resource was registered.
  [[nodiscard]] int Registrations(const std::string& resource) const;
  // Whether the plugin ended a stream of its list.
  [[nodiscard]] bool Ended(const std::string& resource) const;
  // The last list of a resource: health and NUMA nodes by unit.
  struct Device {
    bool healthy = false;
    std::vector<std::int64_t> nodes;
  };
  [[nodiscard]] const std::map<std::string, Device>& Devices(
      const std::string& resource);
  [[nodiscard]] Ids Healthy(const std::string& resource);
  // How often somebody asked which units pods have.
  [[nodiscard]] int looks() const { return looks_; }
  // Events by name and resource, in order: "registered acceld.org/x".
  [[nodiscard]] const std::deque<std::string>& events() const {
    return events_;
  }
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  FakeKubelet() = default;
  std::int64_t Send(Document::Object call);
  [[nodiscard]] Result<Document> Call(Document::Object call);
  void ReadSome(int milliseconds);
  void Take(const std::string& line);

  std::string directory_;
  std::unique_ptr<Program> program_;
  std::string buffer_;
  std::int64_t last_ = 0;
  std::map<std::int64_t, Document> answers_;
  std::map<std::string, std::map<std::string, Device>> devices_;
  std::deque<std::string> events_;
  int looks_ = 0;
};

}  // namespace acceld::testing
