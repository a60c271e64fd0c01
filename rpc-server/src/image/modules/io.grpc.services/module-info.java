/// grpc-services: health and reflection.
module io.grpc.services {
    requires transitive io.grpc;
    requires transitive io.grpc.stub;
    requires transitive com.google.protobuf;
    requires io.grpc.internal;
    requires io.grpc.protobuf;
    requires io.grpc.util;
    requires java.logging;
    requires com.google.common;

    exports io.grpc.health.v1;
    exports io.grpc.protobuf.services;
    exports io.grpc.reflection.v1;
    exports io.grpc.reflection.v1alpha;

    provides io.grpc.LoadBalancerProvider with
            io.grpc.protobuf.services.internal.HealthCheckingRoundRobinLoadBalancerProvider;
}
