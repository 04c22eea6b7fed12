# For the scripts beside it, sourced: compiles our modules for libFuzzer with AddressSanitizer. Set `build` first.

mkdir -p "$build/corpus"

# compile MODULE FLAG… FILE…: a module that others import.
compile() {
  module=$1
  shift
  swiftc -O -wmo -parse-as-library -swift-version 6 -package-name msa -enable-testing -sanitize=fuzzer,address \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility \
    -enable-upcoming-feature InternalImportsByDefault -I "$build" -I Sources/CCrypto -I Sources/CProcessor -I Sources/CProducts -I Sources/CArchive \
    -module-name "$module" -emit-module -emit-module-path "$build/$module.swiftmodule" \
    -emit-object -o "$build/$module.o" "$@"
}

# link LIBRARY…: everything that was compiled, as $build/fuzz.
link() {
  swiftc -sanitize=fuzzer,address -o "$build/fuzz" "$build"/*.o "$@"
}

# fuzz SECONDS FLAG… SEED-FOLDER…: with Swift's own backtraces a crash would hang instead of ending the run.
fuzz() {
  seconds=$1
  shift
  SWIFT_BACKTRACE=enable=no "$build/fuzz" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 \
    -artifact_prefix="$build/" -print_final_stats=1 "$@"
}
