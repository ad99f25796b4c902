#include "tests/integration/kubernetes/fake_kubelet.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"
#include "tests/integration/running_daemon.h"

namespace acceld::testing {
namespace {

std::string TextOf(const Document& object, const char* key) {
  const Document* value = object.Find(key);
  if (value == nullptr || value->AsString() == nullptr) return "";
  return *value->AsString();
}

Document ListOf(const FakeKubelet::Ids& ids) {
  return Document::Array(ids.begin(), ids.end());
}

Document Nested(const FakeKubelet::Ids& ids) {
  if (ids.empty()) return Document::Array{};
  return Document::Array{ListOf(ids)};
}

// The names that Go's gRPC gives its codes.
ErrorCode CodeOf(const std::string& name) {
  const std::map<std::string, ErrorCode> codes{
      {"NotFound", ErrorCode::kNotFound},
      {"ResourceExhausted", ErrorCode::kBusy},
      {"FailedPrecondition", ErrorCode::kUnsatisfiable},
      {"InvalidArgument", ErrorCode::kInvalidArgument},
      {"Unavailable", ErrorCode::kUnavailable}};
  const auto found = codes.find(name);
  return found == codes.end() ? ErrorCode::kInternal : found->second;
}

}  // namespace

Result<std::unique_ptr<FakeKubelet>> FakeKubelet::Launch(
    const std::string& directory) {
  std::unique_ptr<FakeKubelet> kubelet(new FakeKubelet);
  kubelet->directory_ = directory;
  ACCELD_TRY(
      kubelet->program_,
      Program::Start({Runfile("tests/integration/kubernetes/fake_kubelet")}));
  return kubelet;
}

std::int64_t FakeKubelet::Send(Document::Object call) {
  call.emplace_back("id", ++last_);
  const std::string line = PrintJson(Document(std::move(call))) + "\n";
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t some =
        ::write(program_->input(), line.data() + sent, line.size() - sent);
    if (some <= 0) break;
    sent += static_cast<std::size_t>(some);
  }
  return last_;
}

Result<Document> FakeKubelet::Answer(std::int64_t call) {
  if (!Until([&] { return answers_.contains(call); })) {
    return Fail(ErrorCode::kDeadline, "the fake kubelet does not answer");
  }
  Document answer = std::move(answers_[call]);
  answers_.erase(call);
  if (answer.Find("error") == nullptr) return answer;
  return Fail(CodeOf(TextOf(answer, "code")), TextOf(answer, "error"));
}

Result<Document> FakeKubelet::Call(Document::Object call) {
  return Answer(Send(std::move(call)));
}

void FakeKubelet::ReadSome(int milliseconds) {
  pollfd polled{program_->output(), POLLIN, 0};
  if (::poll(&polled, 1, milliseconds) <= 0) return;
  std::array<char, 16384> chunk{};
  const ssize_t got = ::read(program_->output(), chunk.data(), chunk.size());
  if (got <= 0) return;
  buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  for (auto end = buffer_.find('\n'); end != std::string::npos;
       end = buffer_.find('\n')) {
    Take(buffer_.substr(0, end));
    buffer_.erase(0, end + 1);
  }
}

void FakeKubelet::Take(const std::string& line) {
  const auto read = ParseJson(line);
  if (!read) return;
  if (const Document* id = read->Find("id")) {
    answers_[*id->AsInteger()] = *read;
    return;
  }
  const std::string event = TextOf(*read, "event");
  if (event == "listed") {
    ++looks_;
    return;
  }
  const std::string resource = TextOf(*read, "resource");
  events_.push_back(event + " " + resource);
  const Document* list = read->Find("devices");
  if (list == nullptr || list->AsArray() == nullptr) return;
  auto& devices = devices_[resource];
  devices.clear();
  for (const Document& one : *list->AsArray()) {
    Device& device = devices[TextOf(one, "id")];
    device.healthy = TextOf(one, "health") == "Healthy";
    for (const Document& node : *one.Find("numa")->AsArray()) {
      device.nodes.push_back(*node.AsInteger());
    }
  }
}

Status FakeKubelet::Start() {
  auto started = Call({{"do", "start"},
                       {"dir", directory_},
                       {"pods", directory_ + "/pods.sock"}});
  if (!started) return Fail(std::move(started.error()));
  return {};
}

Status FakeKubelet::StartWithoutPlugins() {
  auto started = Call({{"do", "start"}, {"pods", directory_ + "/pods.sock"}});
  if (!started) return Fail(std::move(started.error()));
  return {};
}

Status FakeKubelet::Stop() {
  auto stopped = Call({{"do", "stop"}});
  if (!stopped) return Fail(std::move(stopped.error()));
  devices_.clear();
  return {};
}

std::int64_t FakeKubelet::BeginAllocate(const std::string& resource,
                                        const Ids& units) {
  return Send({{"do", "allocate"},
               {"resource", resource},
               {"units", Document::Array{ListOf(units)}}});
}

Result<Document> FakeKubelet::Allocate(const std::string& resource,
                                       const Ids& units) {
  ACCELD_TRY(const Document answer, Answer(BeginAllocate(resource, units)));
  const Document* containers = answer.Find("containers");
  if (containers == nullptr || containers->AsArray()->size() != 1) {
    return Fail(ErrorCode::kCorruptInput, "not one container");
  }
  return containers->AsArray()->front();
}

Status FakeKubelet::PreStart(const std::string& resource, const Ids& units) {
  auto done = Call(
      {{"do", "prestart"}, {"resource", resource}, {"units", Nested(units)}});
  if (!done) return Fail(std::move(done.error()));
  return {};
}

Result<FakeKubelet::Ids> FakeKubelet::Prefer(const std::string& resource,
                                             const Ids& available,
                                             const Ids& must,
                                             std::int64_t size) {
  ACCELD_TRY(const Document answer, Call({{"do", "prefer"},
                                          {"resource", resource},
                                          {"available", ListOf(available)},
                                          {"must", ListOf(must)},
                                          {"size", size}}));
  Ids ids;
  for (const Document& id : *answer.Find("units")->AsArray()) {
    ids.push_back(*id.AsString());
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Status FakeKubelet::SendRaw(const std::string& resource,
                            const std::string& method,
                            const std::string& base64) {
  auto done = Call({{"do", "raw"},
                    {"resource", resource},
                    {"method", method},
                    {"bytes", base64}});
  if (!done) return Fail(std::move(done.error()));
  return {};
}

Status FakeKubelet::SetPod(const std::string& pod, const std::string& resource,
                           const Ids& units) {
  auto done = Call({{"do", "pod"},
                    {"pod", pod},
                    {"resource", resource},
                    {"units", Nested(units)}});
  if (!done) return Fail(std::move(done.error()));
  return {};
}

int FakeKubelet::Registrations(const std::string& resource) const {
  return static_cast<int>(
      std::count(events_.begin(), events_.end(), "registered " + resource));
}

bool FakeKubelet::Ended(const std::string& resource) const {
  return std::count(events_.begin(), events_.end(), "ended " + resource) > 0;
}

const std::map<std::string, FakeKubelet::Device>& FakeKubelet::Devices(
    const std::string& resource) {
  return devices_[resource];
}

FakeKubelet::Ids FakeKubelet::Healthy(const std::string& resource) {
  Ids ids;
  for (const auto& [id, device] : devices_[resource]) {
    if (device.healthy) ids.push_back(id);
  }
  return ids;
}

}  // namespace acceld::testing
