#include "integrations/kubernetes/dra/inventory.h"

#include <utility>

namespace acceld::dra {

Result<std::shared_ptr<client::Client>> Acceld::Connected() {
  const std::lock_guard lock(mutex_);
  if (client_ == nullptr) {
    ACCELD_TRY(client::Client made, client::Client::Connect({.bus = bus_}));
    client_ = std::make_shared<client::Client>(std::move(made));
  }
  return client_;
}

void Acceld::Forget(const std::shared_ptr<client::Client>& client) {
  const std::lock_guard lock(mutex_);
  if (client_ == client) client_ = nullptr;
}

Status Inventory::Refresh() {
  const std::lock_guard asking(asking_);
  const Document filter = Document::Object{{"places", true}};
  ACCELD_TRY(std::string text, acceld_.With([&](client::Client& client) {
    return client.Describe(filter);
  }));
  if (text == text_) return {};
  ACCELD_TRY(const Document mode, acceld_.With([](client::Client& client) {
    return client.Property("Mode");
  }));
  ACCELD_TRY(Machine machine, Machine::Parse(text));
  Pool pool = BuildPool(machine, release_);
  auto now = std::make_shared<const Snapshot>(Snapshot{
      std::move(machine), std::move(pool), mode == Document("stand-in")});
  text_ = std::move(text);
  const std::lock_guard lock(mutex_);
  now_ = std::move(now);
  return {};
}

std::shared_ptr<const Snapshot> Inventory::Now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

}  // namespace acceld::dra
