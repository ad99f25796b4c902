// Texts of symbolic links that cannot lead out of a tree.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acceld::recording {

// Whether a link at `path` (relative to the tree's root) with this text stays
// in the tree whatever else the tree holds: relative, ".." only at its
// beginning, and no more of them than directories above the link. All links of
// sysfs are so. (With ".." after a name, the name may be a link itself, and
// the way leads above where it seems to.)
[[nodiscard]] bool StaysInside(std::string_view path, std::string_view text);

// The text of a link at `path` that leads to `target`, both relative to the
// root, as sysfs writes it ("../../devices/pci0000:00").
[[nodiscard]] std::string RelativeLink(std::string_view path,
                                       std::string_view target);

// Where a link leads when only its text is looked at, relative to the root:
// "." and ".." are taken out, and what would lead above the root stays there.
[[nodiscard]] std::string LexicalTarget(std::string_view path,
                                        std::string_view text);

// The parts of a path between its slashes, empty ones left out.
[[nodiscard]] std::vector<std::string_view> PathParts(std::string_view path);

}  // namespace acceld::recording
