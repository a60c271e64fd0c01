/// grpc-util.
module io.grpc.util {
    requires transitive io.grpc;
    requires io.grpc.internal;
    requires java.logging;
    requires com.google.common;

    exports io.grpc.util;

    provides io.grpc.LoadBalancerProvider with
            io.grpc.util.SecretRoundRobinLoadBalancerProvider.Provider,
            io.grpc.util.OutlierDetectionLoadBalancerProvider,
            io.grpc.util.RandomSubsettingLoadBalancerProvider;
}
