#include "tests/support/adversarial.h"

namespace acceld::testing {
namespace {

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

std::string Entity(const std::string& key, const char* kind,
                   const std::string& attributes) {
  return "{\"key\": " + Quoted(key) + ", \"kind\": \"" + kind +
         "\", \"attributes\": {" + attributes + "}}";
}

std::string Link(const std::string& from, const std::string& to,
                 const char* kind, std::size_t latency) {
  return "{\"from\": " + Quoted(from) + ", \"to\": " + Quoted(to) +
         ", \"kind\": \"" + kind + "\", \"bandwidth\": \"100GB/s\", " +
         "\"latency\": \"" + std::to_string(latency) + "ns\"}";
}

std::string Relation(const char* from, const char* to, const char* kind) {
  return std::string(R"({"from": ")") + from + R"(", "to": ")" + to +
         R"(", "kind": ")" + kind + "\"}";
}

std::string StageName(std::size_t i) { return "s" + std::to_string(i); }

}  // namespace

std::string StarMachine(std::size_t devices, std::size_t instances,
                        std::size_t spread) {
  std::string entities =
      Entity("package:0", "package", R"("os_index": 0)") + ",\n" +
      Entity("numa:0", "numa", R"("os_index": 0, "cpus": "0-7")") + ",\n" +
      Entity("memory:0", "memory",
             R"("os_index": 0, "numa_node": 0, "memory_kind": "ddr",
                "capacity": "64GiB")") +
      ",\n" + Entity("fabric-hub:0", "fabric-hub", "");
  std::string links = Link("numa:0", "memory:0", "memory-bus", 100) + ",\n" +
                      Link("numa:0", "fabric-hub:0", "fabric", 300);
  const std::string count = std::to_string(instances);
  std::size_t noise = 1;
  for (std::size_t i = 0; i < devices; ++i) {
    // Numbers of one width, so that keys sort as they count.
    const std::string key =
        "accelerator:d" + std::to_string(10000 + i).substr(1);
    entities.append(",\n").append(Entity(
        key, "accelerator",
        R"("framework": "uacce", "functions": ["copy"], "grant": "ticket",
           "sharing_class": "multi-app", "sva": "possible", "numa_node": 0,
           "instances": )" +
            count + ", \"instances_free\": " + count));
    noise = (noise * 1103515245 + 12345) & 0x7fffffff;
    links.append(",\n").append(
        Link(key, "fabric-hub:0", "fabric", 200 + (noise >> 8) % (spread + 1)));
  }
  return R"({"format": "acceld-machine", "version": 1, "name": "star",
"description": "Many devices around one hub.",
"entities": [)" +
         entities + "],\n\"links\": [" + links + "],\n\"relations\": [" +
         Relation("package:0", "numa:0", "contains") + ",\n" +
         Relation("memory:0", "numa:0", "memory-of") + "]}\n";
}

std::string AllToAll(std::size_t stages, bool uneven, const std::string& rest) {
  std::string names;
  std::string links;
  for (std::size_t i = 0; i < stages; ++i) {
    names.append(i == 0 ? "" : ", ")
        .append(R"({"name": ")" + StageName(i) + R"(", "function": "copy"})");
    for (std::size_t j = i + 1; j < stages; ++j) {
      const std::size_t traffic = uneven ? 1 + (7 * i + 13 * j) % 17 : 4;
      links.append(links.empty() ? "" : ", ")
          .append(R"({"from": ")" + StageName(i) + R"(", "to": ")" +
                  StageName(j) + R"(", "traffic": ")" +
                  std::to_string(traffic) + R"(00MB/s"})");
    }
  }
  return R"({"stages": [)" + names + R"(], "links": [)" + links + "]" + rest +
         "}";
}

std::string AllOnTheirOwn(std::size_t stages) {
  std::string names;
  for (std::size_t i = 0; i < stages; ++i) {
    names.append(i == 0 ? "" : ", ").append("\"" + StageName(i) + "\"");
  }
  return R"(, "constraints": [{"distinct": "device", "stages": [)" + names +
         "]}]";
}

}  // namespace acceld::testing
