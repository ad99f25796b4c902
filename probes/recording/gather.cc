#include "probes/recording/gather.h"

#include <sys/utsname.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "base/document.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/version.h"
#include "probes/fact.h"
#include "probes/probe.h"
#include "probes/recording/extras.h"
#include "probes/recording/recorder.h"
#include "probes/recording/redaction.h"

namespace acceld::recording {
namespace {

// The form of the manifest and of the tree; a reader that knows less may still
// read what it knows.
constexpr int kForm = 1;
// Of what could not be read; the rest is counted.
constexpr std::size_t kMostListed = 10000;

// udev finds a node's device by its number: a link for each "dev" read.
void AddDeviceNumbers(Recorder& recorder, const SysRoot& root,
                      const std::vector<std::string>& numbers) {
  for (const std::string& number : numbers) {
    for (const char* type : {"char", "block"}) {
      const std::string link = std::string("sys/dev/") + type + "/" + number;
      if (root.KindOf(link)) recorder.OnLink(link);
    }
  }
}

// What hwloc asks uname(2) for, and of a recorded tree this file, in the form
// of hwloc-gather-topology. It holds the host's name there, not here.
void AddSystemName(const SysRoot& root, Recording& recording) {
  utsname about{};
  if (!root.is_live() || ::uname(&about) != 0) return;
  std::string text = "OSName: " + std::string(about.sysname);
  text += "\nOSRelease: " + std::string(about.release);
  text += "\nArchitecture: " + std::string(about.machine) + "\n";
  recording.entries.try_emplace("proc", Entry{});
  recording.entries["proc/hwloc-nofile-info"] = {FileKind::kFile, text, true};
}

std::string FirstLine(const Recording& recording, const std::string& path) {
  const auto found = recording.entries.find(path);
  if (found == recording.entries.end()) return {};
  const std::string& text = found->second.text;
  return Printable(text.substr(0, text.find('\n')));
}

}  // namespace

Recording Gather(SysRoot root, const Progress& progress) {
  auto unwatched = SysRoot::Open(root.directory());
  if (!unwatched) {  // it was there a moment ago
    return {{}, {{"", unwatched.error().code, unwatched.error().message}}};
  }
  Recorder recorder(*unwatched);
  root.Observe(recorder);
  probes::FactSet facts;
  for (const probes::Probe& probe : probes::AllProbes()) {
    progress(probe.name, recorder.size());
    probe.run(root, facts);
  }
  ReadExtras(*unwatched, root,
             [&] { progress("what other readers need", recorder.size()); });
  AddDeviceNumbers(recorder, *unwatched, recorder.DeviceNumbers());
  Recording recording = std::move(recorder).Finish();
  AddSystemName(root, recording);
  progress("redaction", recording.entries.size());
  Redact(recording);
  return recording;
}

std::string ManifestText(const Recording& recording, std::string_view time,
                         bool as_root) {
  std::size_t files = 0;
  std::size_t bytes = 0;
  for (const auto& [path, entry] : recording.entries) {
    if (entry.kind != FileKind::kFile || !entry.readable) continue;
    ++files;
    bytes += entry.text.size();
  }
  Document manifest = Document::Object{};
  manifest.Set("recording", kForm);
  manifest.Set("tool", std::string("accel-topo ") + kVersion);
  manifest.Set("time", time);
  manifest.Set("kernel", FirstLine(recording, "proc/sys/kernel/osrelease"));
  manifest.Set("as_root", as_root);
  manifest.Set("entries", static_cast<std::int64_t>(recording.entries.size()));
  manifest.Set("files", static_cast<std::int64_t>(files));
  manifest.Set("bytes", static_cast<std::int64_t>(bytes));
  Document unread = Document::Array{};
  for (const Unread& one : recording.unread) {
    if (unread.AsArray()->size() == kMostListed) break;
    Document item = Document::Object{};
    item.Set("path", Printable("/" + one.path, 4096));
    item.Set("code", ErrorCodeName(one.code));
    item.Set("why", one.why);
    unread.Append(std::move(item));
  }
  manifest.Set("unread_count",
               static_cast<std::int64_t>(recording.unread.size()));
  manifest.Set("unread", std::move(unread));
  return PrintJson(manifest, JsonStyle::kPretty) + "\n";
}

}  // namespace acceld::recording
