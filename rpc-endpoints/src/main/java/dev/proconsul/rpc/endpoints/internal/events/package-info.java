/// The event publisher: what commits change, as streams of events for those who subscribe to a topic. Knows neither
/// gRPC nor Protobuf.
package dev.proconsul.rpc.endpoints.internal.events;
