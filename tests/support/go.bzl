"""Go programs for tests: an implementation of gRPC that is not ours.

Debian's Go and its packaged libraries, without modules or a network. The cache
of compiled packages is the action's own and goes with it.
"""

_PROTO_ROOT = "integrations/kubernetes/proto"

_BUILD = """
set -e
work=$$(mktemp -d)
trap 'rm -rf "$$work"' EXIT
mkdir -p "$$work/src/{name}"
cp {srcs} "$$work/src/{name}/"
for api in {apis}; do
  $(location @system//:protoc) --proto_path={proto_root} \
    --plugin=protoc-gen-go=$(location @system//:protoc_gen_go) \
    --plugin=protoc-gen-go-grpc=$(location @system//:protoc_gen_go_grpc) \
    --go_out="$$work/src" --go_opt=Mkubelet/$$api.proto=kubelet/$$api \
    --go-grpc_out="$$work/src" --go-grpc_opt=Mkubelet/$$api.proto=kubelet/$$api \
    kubelet/$$api.proto
done
HOME="$$work" GO111MODULE=off GOPATH="$$work:/usr/share/gocode" \
  GOCACHE="$$work/cache" GOFLAGS=-p=2 CGO_ENABLED=0 \
  /usr/bin/go build -trimpath -ldflags=-s -o $@ {name}
"""

def go_test_program(name, srcs, apis, visibility = None):
    """A Go program of one package that speaks the kubelet's interfaces.

    Args:
      name: of the program, and of its package.
      srcs: its Go files.
      apis: the kubelet's interfaces that it uses, without ".proto"; each is the
        package "kubelet/NAME".
      visibility: of the program.
    """
    protos = ["//%s:kubelet/%s.proto" % (_PROTO_ROOT, api) for api in apis]
    native.genrule(
        name = "make_" + name,
        testonly = True,
        srcs = srcs + protos,
        outs = [name],
        cmd = _BUILD.format(
            name = name,
            apis = " ".join(apis),
            proto_root = _PROTO_ROOT,
            srcs = " ".join(["$(location %s)" % src for src in srcs]),
        ),
        executable = True,
        tools = [
            "@system//:protoc",
            "@system//:protoc_gen_go",
            "@system//:protoc_gen_go_grpc",
        ],
        visibility = visibility,
    )
