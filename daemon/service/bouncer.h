// Bouncer: stands before every object. It names the caller of each method
// call, hides the objects that a caller may not see (as if they did not
// exist), and answers the calls that would list all objects: GetManagedObjects
// and Introspect of the nodes above them. sd-bus's own answers know no callers.
//
// Loop thread only.
#pragma once

#include <systemd/sd-bus.h>

#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "base/sys_root.h"
#include "daemon/broker.h"
#include "daemon/service/callers.h"
#include "daemon/service/raw_bus.h"

namespace acceld::daemon {

// What the bouncer asks about objects; implemented by the service.
class ObjectDirectory {
 public:
  struct Object {
    std::string path;
    std::string interface;
    Document properties;  // as the interface's properties read
  };
  virtual ~ObjectDirectory() = default;
  // Whether `asker` may see the object at `path` (lease/... or device/...).
  [[nodiscard]] virtual bool MaySee(const Asker& asker,
                                    const std::string& path) = 0;
  // All objects below the root that `asker` may see.
  [[nodiscard]] virtual std::vector<Object> ObjectsOf(const Asker& asker) = 0;
  // The connection to the bus has ended.
  virtual void OnBusLost() = 0;
};

class Bouncer {
 public:
  // Installs itself on `bus`. `directory` and `live`, the live machine's root,
  // must outlive it.
  // Errors: kIo.
  [[nodiscard]] static Result<std::unique_ptr<Bouncer>> Install(
      const RawBus& bus, ObjectDirectory& directory, const SysRoot& live);
  ~Bouncer();
  Bouncer(const Bouncer&) = delete;
  Bouncer& operator=(const Bouncer&) = delete;

  // The caller of the method call that is being handled.
  // Throws Denied where no call is being handled.
  [[nodiscard]] const Asker& current() const;
  // Whether that caller says that a person may be asked for leave.
  [[nodiscard]] bool allows_interaction() const { return allows_interaction_; }

 private:
  Bouncer(const RawBus& bus, ObjectDirectory& directory, const SysRoot& live)
      : bus_(bus), directory_(directory), callers_(live) {}
  [[nodiscard]] int InspectSafely(sd_bus_message* message);
  [[nodiscard]] int Inspect(sd_bus_message* message);
  [[nodiscard]] int ReplyManagedObjects(sd_bus_message* call);
  [[nodiscard]] int ReplyIntrospection(sd_bus_message* call,
                                       const std::string& path);

  RawBus bus_;
  ObjectDirectory& directory_;
  Callers callers_;
  const Asker* current_ = nullptr;
  bool allows_interaction_ = false;
  sd_bus_slot* slot_ = nullptr;
};

}  // namespace acceld::daemon
