/// Views: what a stream of events tells, kept as the value that a query would answer. Knows neither gRPC nor Protobuf.
@NullMarked
package dev.proconsul.rpc.client.internal.view;

import org.jspecify.annotations.NullMarked;
