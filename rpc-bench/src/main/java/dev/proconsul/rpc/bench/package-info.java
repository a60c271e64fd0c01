/// Benchmarks and Go peers: two processes of ours against two of theirs, in one run. Never published.
///
/// [dev.proconsul.rpc.bench.Bench] is the way in; the script `rpc-bench/bench` starts it.
@NullMarked
package dev.proconsul.rpc.bench;

import org.jspecify.annotations.NullMarked;
