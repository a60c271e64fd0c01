/// grpc-core.
module io.grpc.internal {
    requires transitive io.grpc;
    requires java.logging;
    requires static java.naming; // SRV and TXT records; without it, names have addresses only
    requires com.google.common;
    requires com.google.gson;
    requires io.perfmark;

    exports io.grpc.internal;

    provides io.grpc.LoadBalancerProvider with io.grpc.internal.PickFirstLoadBalancerProvider;
    provides io.grpc.NameResolverProvider with io.grpc.internal.DnsNameResolverProvider;
}
