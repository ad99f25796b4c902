#include "daemon/service/bouncer.h"

#include <exception>
#include <set>
#include <string_view>
#include <utility>

#include "api/error_names.h"
#include "api/names.h"
#include "api/wire.h"
#include "base/log.h"
#include "daemon/service/guarded.h"
#include "daemon/service/introspection_xml.h"

namespace acceld::daemon {
namespace {

constexpr int kHandled = 1;  // the message goes no further
constexpr int kPassOn = 0;

constexpr std::string_view kDoctype =
    "<!DOCTYPE node PUBLIC \"-//freedesktop//DTD D-BUS Object Introspection "
    "1.0//EN\"\n \"http://www.freedesktop.org/standards/dbus/1.0/"
    "introspect.dtd\">\n";

// Refuses a call. It goes no further whatever becomes of the reply: sd-bus
// returns 0, "not handled", where the caller wants none.
int Refuse(sd_bus_message* call, const Error& error) {
  const std::string name = api::ErrorNameOf(error.code);
  (void)sd_bus_reply_method_errorf(call, name.c_str(), "%s",
                                   SendableText(error.message).c_str());
  return kHandled;
}

bool IsGuarded(std::string_view path) {
  return path.starts_with(api::kLeasePathPrefix) ||
         path.starts_with(api::kDevicePathPrefix);
}

// The nodes above all objects: sd-bus would list everything below them.
bool IsAbove(std::string_view path) {
  const std::string_view lease(api::kLeasePathPrefix);
  const std::string_view device(api::kDevicePathPrefix);
  return path == "/" || path == "/org" || path == api::kRootPath ||
         path == lease.substr(0, lease.size() - 1) ||
         path == device.substr(0, device.size() - 1);
}

// "a/b" below "a" is "b"; empty where `path` is not below `parent`.
std::string_view ChildOf(std::string_view path, std::string_view parent) {
  if (parent == "/") parent = "";
  if (!path.starts_with(parent) || path.size() <= parent.size() + 1 ||
      path[parent.size()] != '/') {
    return {};
  }
  const std::string_view below = path.substr(parent.size() + 1);
  return below.substr(0, below.find('/'));
}

}  // namespace

Result<std::unique_ptr<Bouncer>> Bouncer::Install(const RawBus& bus,
                                                  ObjectDirectory& directory,
                                                  const SysRoot& live) {
  std::unique_ptr<Bouncer> bouncer(new Bouncer(bus, directory, live));
  const int error = sd_bus_add_filter(
      bus.get(), &bouncer->slot_,
      [](sd_bus_message* message, void* self, sd_bus_error*) {
        return static_cast<Bouncer*>(self)->InspectSafely(message);
      },
      bouncer.get());
  if (error < 0) return FailErrno("install the bus filter", -error);
  return bouncer;
}

Bouncer::~Bouncer() { sd_bus_slot_unref(slot_); }

const Asker& Bouncer::current() const {
  if (current_ != nullptr) return *current_;
  throw ToBusError({ErrorCode::kPermissionDenied, "the caller is unknown", 0});
}

int Bouncer::InspectSafely(sd_bus_message* message) {
  try {
    return Inspect(message);
  } catch (const std::exception& bug) {  // C frames are above
    Log(LogLevel::kError, "bouncer_bug", {{"what", bug.what()}});
    return Refuse(message,
                  {ErrorCode::kInternal, "a bug; see the daemon's log", 0});
  }
}

int Bouncer::Inspect(sd_bus_message* message) {
  current_ = nullptr;  // never the caller of an earlier message
  if (sd_bus_message_is_signal(message, "org.freedesktop.DBus.Local",
                               "Disconnected") > 0) {
    directory_.OnBusLost();
    return kPassOn;
  }
  if (sd_bus_message_is_method_call(message, nullptr, nullptr) <= 0) {
    return kPassOn;
  }
  const auto asker = callers_.Identify(message);
  if (!asker) return Refuse(message, asker.error());
  current_ = *asker;
  allows_interaction_ =
      sd_bus_message_get_allow_interactive_authorization(message) > 0;
  const char* raw_path = sd_bus_message_get_path(message);
  const std::string path = raw_path == nullptr ? "" : raw_path;
  if (IsGuarded(path)) {
    if (directory_.MaySee(*current_, path)) return kPassOn;
    return Refuse(message, {ErrorCode::kNotFound, "no such object", 0});
  }
  if (sd_bus_message_is_method_call(message,
                                    "org.freedesktop.DBus.ObjectManager",
                                    "GetManagedObjects") > 0) {
    return path == api::kRootPath ? ReplyManagedObjects(message) : kPassOn;
  }
  if (IsAbove(path) &&
      sd_bus_message_is_method_call(
          message, "org.freedesktop.DBus.Introspectable", "Introspect") > 0) {
    return ReplyIntrospection(message, path);
  }
  return kPassOn;
}

int Bouncer::ReplyManagedObjects(sd_bus_message* call) {
  const int sent = bus_.Reply(call, [this](sdbus::Message& reply) {
    reply.openContainer("{oa{sa{sv}}}");
    for (const auto& object : directory_.ObjectsOf(*current_)) {
      reply.openDictEntry("oa{sa{sv}}");
      reply << sdbus::ObjectPath(object.path);
      reply.openContainer("{sa{sv}}");
      reply.openDictEntry("sa{sv}");
      reply << object.interface << api::AsWire(object.properties);
      reply.closeDictEntry();
      reply.closeContainer();
      reply.closeDictEntry();
    }
    reply.closeContainer();
  });
  return sent < 0 ? sent : kHandled;
}

int Bouncer::ReplyIntrospection(sd_bus_message* call, const std::string& path) {
  std::set<std::string, std::less<>> children;
  const auto add = [&](std::string_view object) {
    const std::string_view child = ChildOf(object, path);
    if (!child.empty()) children.emplace(child);
  };
  add(api::kRootPath);
  for (const auto& object : directory_.ObjectsOf(*current_)) add(object.path);
  std::string xml(kDoctype);
  xml.append("<node>\n");
  if (path == api::kRootPath) xml.append(kManagerIntrospection);
  for (const std::string& child : children) {
    xml.append(" <node name=\"").append(child).append("\"/>\n");
  }
  xml.append("</node>\n");
  const int sent =
      bus_.Reply(call, [&xml](sdbus::Message& reply) { reply << xml; });
  return sent < 0 ? sent : kHandled;
}

}  // namespace acceld::daemon
