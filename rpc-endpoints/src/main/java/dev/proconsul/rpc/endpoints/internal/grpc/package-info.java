/// What guards the gRPC services.
@NullMarked
package dev.proconsul.rpc.endpoints.internal.grpc;

import org.jspecify.annotations.NullMarked;
