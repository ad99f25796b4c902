// libacceld: ask acceld for a pipeline, get its devices, run on them.
//
//   auto client = acceld::client::Client::Connect({});
//   auto lease = client->Acquire(pipeline);              // a Document
//   auto queue = lease->OpenQueue("pack");               // binds this process
//   queue->Run(Opcode::kCompressDeflate, in, out);       // by virtual address
//   // the lease ends when it is destroyed, or with the process
//
// Client is thread-safe (calls of several threads go one after the other);
// Lease, SoftQueue and MappedBuffer belong to one thread at a time. No thread
// is started and no exception leaves the library.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/session.h"
#include "base/document.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "base/units.h"
#include "client/mapped_buffer.h"
#include "client/soft_queue.h"
#include "client/vfio_device.h"

namespace acceld::client {

// Which bus: "system" (default), "session", or a D-Bus address.
struct ConnectOptions {
  std::string bus = "system";
  // Whether polkit may ask a person for a password, in calls that are for
  // administrators.
  bool interactive = false;
  // How long to wait for the answer of a call that only asks; Acquire, Plan and
  // what is for administrators have times of their own.
  std::chrono::milliseconds patience{30'000};
  // Whether acceld is started where it does not run and the bus can start it.
  bool start = true;
};

class Client;

// What else an Acquire may say.
struct AcquireOptions {
  // A word of one's own for the lease, at most 128 bytes; shown with it.
  std::string label;
  // How long the lease outlives its session socket, so that this program,
  // restarted, finds it (ListLeases) and goes on with it (Attach).
  Nanoseconds linger;
  // Keeps the grants for who connects to the lease's own socket, a process in a
  // container say: what Acquire() returns has none. Errors of Acquire then too:
  // kUnsupported (this acceld gives leases no sockets).
  bool by_socket = false;
};

// One device that Lease::OpenAll() opened, or why it could not.
struct OpenedDevice {
  std::string stage;
  std::int64_t replica = 0;
  Result<UniqueFd> device;
};

// What one Acquire gave. Ends (and frees its devices) when destroyed.
class Lease {
 public:
  // The lease that this process was given by who started it: by descriptors
  // (ACCELD_SESSION_FD and ACCELD_GRANTS, from accelctl run; once a process),
  // or by the lease's own socket (ACCELD_LEASE_SOCKET, in a container), of
  // which the grants go to who comes first. Needs no bus; such a lease has no
  // placement, and ends when the last that holds it lets go. Reads the
  // environment: not while another thread changes it. Errors: kNotFound (no
  // lease was given, or it is over), kPermissionDenied, kDeviceGone,
  // kUnavailable, kCorruptInput, kIo.
  [[nodiscard]] static Result<Lease> Inherited();

  [[nodiscard]] const std::string& path() const { return path_; }
  // As docs/dbus-api.md, "Placement".
  [[nodiscard]] const Document& placement() const { return placement_; }
  [[nodiscard]] std::span<const api::Grant> grants() const { return grants_; }
  [[nodiscard]] const api::Grant* Find(std::string_view stage,
                                       std::int64_t replica = 0) const;
  // The buffer of the request's link number `link`.
  [[nodiscard]] const api::Grant* FindBuffer(std::int64_t link) const;

  // Binds the soft queue of a stage and reports the result to the daemon. The
  // queue takes the grant's descriptor along, so that closing the queue ends
  // the binding. Errors: kNotFound, kUnsupported (not a soft grant), kBusy
  // (opened before), those of SoftQueue::Bind.
  [[nodiscard]] Result<SoftQueue> OpenQueue(std::string_view stage,
                                            std::int64_t replica = 0);
  // A descriptor of a stage's device, for its driver's own interface. Of a
  // grant of kind `fd` a copy. A ticket (kinds `ticket` and `path`) is opened,
  // here and now: devices that share memory bind this process's; the result is
  // reported to the daemon. Where there are several tickets, open them with
  // OpenAll(). Errors: kNotFound, kUnsupported (a soft grant, no /proc, or the
  // device cannot bind this process's memory), kPermissionDenied (revoked; a
  // device cgroup), kDeviceGone, kBusy, kNoMemory, kIo.
  [[nodiscard]] Result<UniqueFd> OpenDevice(std::string_view stage,
                                            std::int64_t replica = 0);
  // Opens all tickets of the lease, in the order that lets one PASID serve all
  // devices: narrowest first. One that fails does not keep the others from
  // being opened. Empty where there are no tickets.
  [[nodiscard]] std::vector<OpenedDevice> OpenAll();
  // Starts a queue that OpenDevice() or OpenAll() opened and that was set up
  // since, where its framework has that step (uacce); else does nothing.
  // Errors: kNotFound, kInvalidArgument (not set up), kDeviceGone, kBusy, kIo.
  [[nodiscard]] Status StartQueue(std::string_view stage, std::int64_t replica,
                                  int device) const;
  // Takes the descriptors of a stage's VFIO device, to be driven by this
  // process itself. Errors: kNotFound, those of VfioDevice::Open.
  [[nodiscard]] Result<VfioDevice> OpenVfio(std::string_view stage,
                                            std::int64_t replica = 0);
  // Errors: kNotFound (the link has no buffer), those of MappedBuffer::Map.
  [[nodiscard]] Result<MappedBuffer> MapBuffer(std::int64_t link) const;

  // The client's end of the session socket: whoever holds a copy keeps the
  // lease alive (it may be inherited over exec). Readable when the daemon says
  // something (a revocation).
  [[nodiscard]] int session_fd() const { return session_.get(); }
  // Path of the lease's own socket; "" where it has none.
  [[nodiscard]] const std::string& socket() const { return socket_; }
  // Waits for the daemon's word on this lease. Errors: kUnavailable (daemon
  // gone), kCorruptInput.
  [[nodiscard]] Result<api::SessionMessage> WaitForNews();
  // Closes the descriptors that are still with the lease, ends it now and waits
  // until its devices are free. Whatever it returns, the lease is over. One
  // that was inherited is let go, and over where nobody else holds it. Errors:
  // kNotFound (it had ended), kUnavailable.
  [[nodiscard]] Status Release();

 private:
  friend class Client;
  // Opens a ticket and reports the result.
  [[nodiscard]] Result<UniqueFd> Open(const api::Grant& ticket);
  // Tells acceld how a bind went, where there is a bus to tell it by.
  void ReportBound(std::string_view stage, std::int64_t replica,
                   const Error* error) const;

  std::string path_;
  std::string socket_;
  Document placement_;
  std::vector<api::Grant> grants_;
  UniqueFd session_;
  // Keeps the bus connection; null where the lease was inherited.
  std::shared_ptr<void> connection_;
};

class Client {
 public:
  // Starts acceld where the bus can activate it, unless the options say not
  // to. Errors: kUnavailable (no bus, or no acceld on it), kPermissionDenied
  // (the bus refuses, or who calls itself acceld there is neither root nor this
  // user: it must not be given this process's memory).
  [[nodiscard]] static Result<Client> Connect(const ConnectOptions& options);

  // `pipeline` is an object as in a pipeline file. Errors: those of
  // org.acceld1.Manager.Acquire. Waits for the pipeline's deadline and 30 s.
  // Where `refusal` is not null and nothing fits (kUnsatisfiable, kBusy or
  // kDeadline), it is set to why, as docs/dbus-api.md, "Refusals", says.
  [[nodiscard]] Result<Lease> Acquire(const Document& pipeline,
                                      Document* refusal = nullptr,
                                      const AcquireOptions& options = {});
  // Goes on with a lease of this user that another process acquired: from now
  // on it lives as long as what is returned, which has no grants: they were
  // handed over before. Errors: kNotFound, kBusy (they were not read yet).
  [[nodiscard]] Result<Lease> Attach(const std::string& lease_path);
  // Where it would go; nothing is opened or held. Errors: as Acquire.
  [[nodiscard]] Result<Document> Plan(const Document& pipeline,
                                      Document* refusal = nullptr);
  // How often it fits at once, `most` (1 to 64) at most: the answer of Plan
  // with "copies", or the refusal where not even one fits ("How often it fits"
  // in docs/dbus-api.md). Errors: as Plan but kUnsatisfiable, kBusy (of the
  // devices) and kDeadline.
  [[nodiscard]] Result<Document> PlanCopies(const Document& pipeline, int most);
  // The machine document, JSON text.
  [[nodiscard]] Result<std::string> Describe(const Document& filter);
  [[nodiscard]] Result<Document> Distance(const std::string& from,
                                          const std::string& to);
  // An array of objects, as org.acceld1.Manager.ListLeases.
  [[nodiscard]] Result<Document> ListLeases();
  // An array of objects, each with the properties of org.acceld1.Device, of
  // every device that the caller may see.
  [[nodiscard]] Result<Document> ListDevices();
  // Ends any lease that the caller may end. Errors: kNotFound.
  [[nodiscard]] Status Release(const std::string& lease_path);
  [[nodiscard]] Result<std::uint64_t> Rescan();

  // What follows is for administrators, and whom polkit lets. Waits for a
  // person, if one is asked. Errors of all: kPermissionDenied.
  //
  // The report of org.acceld1.Manager.ReloadPolicy. Errors: kInvalidArgument
  // (every mistake in the files).
  [[nodiscard]] Result<Document> ReloadPolicy();
  // As ListLeases(), everybody's.
  [[nodiscard]] Result<Document> ListAllLeases();
  // Ends another's lease; `reason` is what its owner is told. Errors:
  // kNotFound.
  [[nodiscard]] Status RevokeLease(const std::string& lease_path,
                                   const std::string& reason);
  // Takes a device out of use. `options` as org.acceld1.Manager.Taint.
  // Errors: kNotFound, kInvalidArgument.
  [[nodiscard]] Status Taint(const std::string& device,
                             const Document& options);
  // Errors: kNotFound (no taint was set on it).
  [[nodiscard]] Status Untaint(const std::string& device);
  // Those of the Manager interface, as an object.
  [[nodiscard]] Result<Document> Properties();
  // One of them, as a value. Errors: kUnsupported (there is none of the name).
  [[nodiscard]] Result<Document> Property(const std::string& name);

 private:
  Client(std::shared_ptr<void> connection, bool interactive)
      : connection_(std::move(connection)), interactive_(interactive) {}
  std::shared_ptr<void> connection_;  // sdbus types stay in the .cc files
  bool interactive_ = false;
};

}  // namespace acceld::client
