"""Fuzz targets that are ordinary tests the rest of the time.

By default a target replays its seed corpus, corpus/<name>/, with gcc, so that
seeds never rot. Under --config=fuzz it is a libFuzzer program:

    bazel test --config=fuzz //tests/fuzz:all            # 30 s each
    bazel run --config=fuzz //tests/fuzz:json_fuzz -- -max_total_time=3600

An input that breaks it is written as crash-*; put it into the corpus together
with the fix.
"""

def fuzz_target(name, deps):
    """Defines the test <name> from <name>.cc, which has LLVMFuzzerTestOneInput."""
    corpus = native.package_name() + "/corpus/" + name
    native.cc_test(
        name = name,
        size = "small",
        srcs = [name + ".cc"] + select({
            ":libfuzzer": [],
            "//conditions:default": ["replay_main.cc"],
        }),
        args = select({
            # What it finds goes to the first directory.
            ":libfuzzer": [
                "-max_total_time=30",
                "-create_missing_dirs=1",
                "found",
                corpus,
            ],
            "//conditions:default": [corpus],
        }),
        data = native.glob(["corpus/" + name + "/*"]),
        linkopts = select({
            ":libfuzzer": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps,
    )
