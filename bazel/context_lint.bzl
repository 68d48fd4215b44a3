# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""context-lint as an aspect: one action for each source file, so that Bazel's
sandbox, remote execution and remote cache do the rest. docs/ci.md has the use."""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

_C = ["c"]
_CXX = ["cc", "cpp", "cxx", "c++", "C"]

# Flags of Bazel's toolchain for GCC that Clang refuses.
_NOT_CLANGS = ["-fno-canonical-system-headers"]

def _compilation_context(target, rule):
    """What the target's own files are compiled with. A cc_binary says nothing of
    it in older Bazels, and nobody of implementation_deps: what they are made of
    does."""
    infos = [target[CcInfo]] if CcInfo in target else []
    for attribute in ["deps", "implementation_deps"]:
        for dependency in getattr(rule.attr, attribute, []):
            if CcInfo in dependency:
                infos.append(dependency[CcInfo])
    return cc_common.merge_cc_infos(cc_infos = infos).compilation_context

def _expanded(ctx, attribute):
    """Flags or defines of the rule, as the rule reads them."""
    rule = ctx.rule
    words = []
    for word in getattr(rule.attr, attribute, []):
        word = ctx.expand_make_variables(attribute, word, {})
        words += ctx.tokenize(word)
    return words

def _arguments(ctx, toolchain, compilation, own_defines, is_cxx):
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    fragment = ctx.fragments.cpp
    flags = fragment.copts + _expanded(ctx, "copts")
    flags += fragment.cxxopts if is_cxx else fragment.conlyopts
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        user_compile_flags = flags,
        include_directories = compilation.includes,
        quote_include_directories = compilation.quote_includes,
        system_include_directories = compilation.system_includes,
        framework_include_directories = compilation.framework_includes,
        preprocessor_defines = depset(
            own_defines,
            transitive = [compilation.defines],
        ),
    )
    line = cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = ACTION_NAMES.cpp_compile if is_cxx else ACTION_NAMES.c_compile,
        variables = variables,
    )
    return [flag for flag in line if flag not in _NOT_CLANGS]

def _context_lint_impl(target, ctx):
    # What comes from other repositories is not this one's to mend.
    if target.label.workspace_name or not hasattr(ctx.rule.attr, "srcs"):
        return []
    if CcInfo not in target and ctx.rule.kind not in ["cc_binary", "cc_test"]:
        return []
    toolchain = find_cpp_toolchain(ctx)
    compilation = _compilation_context(target, ctx.rule)
    own_defines = _expanded(ctx, "defines") + _expanded(ctx, "local_defines")

    reports = []
    arguments = {
        is_cxx: _arguments(ctx, toolchain, compilation, own_defines, is_cxx)
        for is_cxx in [False, True]
    }
    sources = [file for source in ctx.rule.attr.srcs for file in source.files.to_list()]
    headers = [file for file in sources if file.extension not in _C + _CXX]
    for source in sources:
        if source.extension not in _C + _CXX:
            continue
        report = ctx.actions.declare_file("{}.lint/{}.context-lint.json".format(
            target.label.name,
            source.short_path.replace("../", ""),
        ))
        ctx.actions.run(
            executable = ctx.executable._context_lint,
            arguments = [
                "--no-cache",
                "--quiet",
                "--part",
                "--format=json=" + report.path,
                source.path,
                "--",
            ] + arguments[source.extension not in _C],
            inputs = depset(
                [source] + headers + ctx.files._config,
                transitive = [compilation.headers, toolchain.all_files],
            ),
            outputs = [report],
            mnemonic = "ContextLint",
            progress_message = "Linting " + source.short_path,
            # ninja, which starts the analysis, is on the PATH.
            use_default_shell_env = True,
        )
        reports.append(report)
    return [OutputGroupInfo(context_lint = depset(reports))]

context_lint = aspect(
    implementation = _context_lint_impl,
    doc = """Lints the source files of a C or C++ target. The output group
context_lint has a JSON report of each, which `context-lint merge` reads. An
action fails only if the analysis crashed or hung: that is not to be kept.""",
    attrs = {
        "_config": attr.label(default = Label("//:config")),
        "_context_lint": attr.label(
            default = Label("//:context-lint"),
            allow_single_file = True,
            executable = True,
            cfg = "exec",
        ),
        "_cc_toolchain": attr.label(
            default = Label("@bazel_tools//tools/cpp:current_cc_toolchain"),
        ),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
