#!/usr/bin/env bash
# The checks of `./dev check`: each is one line, the last is `N passed, N failed`. `./dev check NAME...` runs some of them.
set -uo pipefail
jobs=$(nproc)
passed=0
failed=0
only=" $* "
sources() { git ls-files -co --exclude-standard -- 'src/*.c' 'src/*.h' 'test/*.c' 'test/*.h' 'bench/*.c' 'bench/*.h'; }

# check NAME COMMAND... - runs it, shows its output only when it fails.
check() {
    local name=$1 log start=$SECONDS
    shift
    [[ $only == "  " || $only == *" $name "* ]] || return 0
    log=build-check/$name.log
    mkdir -p build-check
    if "$@" >"$log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        printf '  ok      %-18s %4d s\n' "$name" $((SECONDS - start))
    else
        failed=$((failed + 1))
        { grep -E '(warning|error|FAILED)[: ]' "$log" || tail -n 60 "$log"; } | head -n 80
        printf '  FAILED  %-18s %4d s\n' "$name" $((SECONDS - start))
        echo "          all of it: $log"
    fi
}

# build DIR OPTIONS... - configures when needed, then builds with warnings as errors.
build() {
    local dir=$1
    shift
    [ -f "$dir/build.ninja" ] || meson setup "$dir" -Dwerror=true "$@" || return 1
    ninja -C "$dir"
}
werror_gcc() { CC=gcc build build-gcc; }
werror_clang() { CC=clang-14 build build-clang; }
format() { sources | xargs -r clang-format-14 --dry-run --Werror; }
tidy() {
    [ -f build-clang/build.ninja ] || CC=clang-14 meson setup build-clang -Dwerror=true || return 1
    ninja -C build-clang -t targets all | sed -n 's/: CUSTOM_COMMAND$//p' | grep -E '_gen\.[ch]$' | xargs -r ninja -C build-clang || return 1
    git ls-files -co --exclude-standard -- 'src/*.c' | xargs -r -P "$jobs" -n 4 clang-tidy-14 --quiet -p build-clang
}
# Left to others: NULL as a sentinel (the attribute checks it), values set through out-parameters (both compilers and the analyzer follow them),
# addresses of locals kept for the length of a call.
cpp_check() {
    cppcheck --quiet --std=c11 -j "$jobs" --enable=warning,performance,portability --error-exitcode=1 --inline-suppr \
        --suppress=varFuncNullUB --suppress=uninitvar --suppress=autoVariables --suppress=missingIncludeSystem --suppress=missingInclude -Isrc -Ibuild-clang -D_GNU_SOURCE -D__linux__ src
}
style() { python3 tools/check_style && python3 tools/limits_doc --check; }
asan() {
    [ -f build-asan/build.ninja ] || meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false || return 1
    ninja -C build-asan || return 1
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 \
        python3 tools/dev/meson_tests.py build-asan --suite quick --timeout-multiplier 4
}
scripts() { bash -n dev .ci/run tools/dev/*.sh && python3 -m compileall -q tools >/dev/null; }
web() {
    [ -f web/package.json ] && grep -q '"check"' web/package.json || return 0
    python3 test/app/web_types.py api/openapi.yaml web/src/api/types.ts && (cd web && npm run --silent check)
}

check style style
check format format
check scripts scripts
check docs python3 tools/dev/docs.py
check rows python3 tools/dev/rows.py check
check gcc werror_gcc
check clang werror_clang
check tidy tidy
check cppcheck cpp_check
check web web
check asan asan
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
