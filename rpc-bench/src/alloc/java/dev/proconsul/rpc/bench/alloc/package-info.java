/// What the multiplexer allocates for each message, measured by JMH. The script `rpc-bench/bench-alloc` starts it.
package dev.proconsul.rpc.bench.alloc;
