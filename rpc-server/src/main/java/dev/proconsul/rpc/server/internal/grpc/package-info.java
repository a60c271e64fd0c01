/// gRPC on the port: how an accepted connection becomes one of gRPC's.
@NullMarked
package dev.proconsul.rpc.server.internal.grpc;

import org.jspecify.annotations.NullMarked;
