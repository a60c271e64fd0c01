/// What gRPC channels need from us.
@NullMarked
package dev.proconsul.rpc.client.internal.grpc;

import org.jspecify.annotations.NullMarked;
