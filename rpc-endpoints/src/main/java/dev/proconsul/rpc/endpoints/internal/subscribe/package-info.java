/// The streams of events over gRPC: Consul's service, and what its messages are made of.
package dev.proconsul.rpc.endpoints.internal.subscribe;
