/// Measures the msgpack codecs of the wire structs, in memory: ours, databind's and Consul's. See
/// docs/benchmarks-codec.md.
package dev.proconsul.rpc.bench.codec;
