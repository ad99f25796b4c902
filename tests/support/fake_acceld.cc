#include "tests/support/fake_acceld.h"

#include <cstdint>
#include <utility>

#include "api/names.h"
#include "api/wire.h"

namespace acceld::testing {

FakeAcceld::FakeAcceld(const std::string& address, Answers answers)
    : answers_(std::move(answers)),
      connection_(sdbus::createSessionBusConnectionWithAddress(address)) {
  AddManager();
  AddLease();
  connection_->requestName(api::kBusName);
  connection_->enterEventLoopAsync();
}

FakeAcceld::~FakeAcceld() { connection_->leaveEventLoop(); }

void FakeAcceld::AddManager() {
  manager_ = sdbus::createObject(*connection_, api::kRootPath);
  const std::string interface = api::kManagerInterface;
  manager_->registerMethod("Acquire").onInterface(interface).implementedAs(
      [this](sdbus::Result<sdbus::ObjectPath, api::WireDocument>&& result,
             api::WireDocument pipeline, sdbus::UnixFd session,
             api::WireDocument) {
        OnAcquire(std::move(result), pipeline, session);
      });
  manager_->registerMethod("Plan").onInterface(interface).implementedAs(
      [this](const api::WireDocument& pipeline, const api::WireDocument&) {
        return api::AsWire(answers_.place(pipeline.document));
      });
  manager_->registerMethod("Describe")
      .onInterface(interface)
      .implementedAs([](const api::WireDocument&) {
        return std::string(R"({"vertices":[]})");
      });
  manager_->registerMethod("Distance")
      .onInterface(interface)
      .implementedAs([](const std::string& from, const std::string& to) {
        return api::AsWire(
            Document::Object{{"path", Document::Array{from, to}}});
      });
  manager_->registerMethod("ListLeases")
      .onInterface(interface)
      .implementedAs([] {
        return std::vector<api::WireDocument>{api::AsWire(
            Document::Object{{"lease", kFakeLease}, {"owner", 1001}})};
      });
  manager_->registerMethod("Rescan").onInterface(interface).implementedAs(
      [] { return std::uint64_t{43}; });
  manager_->registerMethod("ReloadPolicy")
      .onInterface(interface)
      .implementedAs([]() -> api::WireDocument {
        throw sdbus::Error("org.acceld1.Error.InvalidRequest",
                           "10-bad.json: /rules/0: unknown key");
      });
  manager_->registerProperty("Version").onInterface(interface).withGetter(
      [] { return std::string("0.0-fake"); });
  manager_->registerProperty("Generation")
      .onInterface(interface)
      .withGetter([] { return std::uint64_t{42}; });
  manager_->registerProperty("PolicyState")
      .onInterface(interface)
      .withGetter([] {
        return api::AsWire(Document::Object{{"origin", "default"}});
      });
  manager_->registerProperty("Mode").onInterface(interface).withGetter(
      [] { return std::string("live"); });
  manager_->finishRegistration();
}

void FakeAcceld::AddLease() {
  lease_ = sdbus::createObject(*connection_, kFakeLease);
  const std::string interface = api::kLeaseInterface;
  lease_->registerMethod("ReportBound")
      .onInterface(interface)
      .implementedAs(
          [this](const std::string& stage, const api::WireDocument& result) {
            if (!std::exchange(is_reported_, true)) {
              bound_.set_value({stage, result.document});
            }
          });
  lease_->registerMethod("Release").onInterface(interface).implementedAs(
      [this] { released_.set_value(); });
  lease_->finishRegistration();
}

void FakeAcceld::OnAcquire(
    sdbus::Result<sdbus::ObjectPath, api::WireDocument>&& result,
    const api::WireDocument& pipeline, const sdbus::UnixFd& session) {
  Document placement;
  try {
    placement = answers_.place(pipeline.document);
  } catch (const sdbus::Error& error) {
    return result.returnError(error);
  }
  answers_.grant(session.get());
  auto copy = DuplicateFd(session.get());
  session_.set_value(copy ? *std::move(copy) : UniqueFd());
  if (answers_.hang) {
    unanswered_.push_back(std::move(result));
    return;
  }
  result.returnResults(sdbus::ObjectPath(kFakeLease), api::AsWire(placement));
}

}  // namespace acceld::testing
