"""C++ and Go of the kubelet's protobuf definitions, by Debian's protoc.

Bazel's own proto_library wants protoc, protobuf and gRPC as Bazel targets built
from source. Debian has them installed: one genrule a language is all it takes.
"""

def kubelet_cc_grpc(name, proto, visibility = None):
    """A cc_library of the messages and services of a proto file.

    Its headers are included as "kubelet/X.pb.h" and "kubelet/X.grpc.pb.h", as
    system headers: the generated code is not held to this project's warnings.

    Args:
      name: name of the library.
      proto: a file "kubelet/X.proto" of this package.
      visibility: of the library.
    """
    stem = proto[:-len(".proto")]
    hdrs = [stem + ".pb.h", stem + ".grpc.pb.h"]
    srcs = [stem + ".pb.cc", stem + ".grpc.pb.cc"]
    native.genrule(
        name = "make_" + name,
        srcs = [proto],
        outs = hdrs + srcs,
        cmd = "$(location @system//:protoc) --proto_path=" + native.package_name() +
              " --plugin=protoc-gen-grpc=$(location @system//:grpc_cpp_plugin)" +
              " --cpp_out=$(RULEDIR) --grpc_out=$(RULEDIR) $(location " + proto + ")",
        tools = [
            "@system//:grpc_cpp_plugin",
            "@system//:protoc",
        ],
    )
    native.cc_library(
        name = name,
        srcs = srcs,
        hdrs = hdrs,
        copts = ["-w"],
        includes = ["."],
        visibility = visibility,
        deps = [
            "@system//:grpc",
            "@system//:protobuf",
        ],
    )
