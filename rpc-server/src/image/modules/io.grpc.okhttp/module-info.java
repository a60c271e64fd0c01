/// grpc-okhttp.
module io.grpc.okhttp {
    requires transitive io.grpc;
    requires io.grpc.internal;
    requires io.grpc.util;
    requires io.perfmark;
    requires java.logging;
    requires com.google.common;
    requires okio;

    exports io.grpc.okhttp;

    provides io.grpc.ManagedChannelProvider with io.grpc.okhttp.OkHttpChannelProvider;
    provides io.grpc.ServerProvider with io.grpc.okhttp.OkHttpServerProvider;
}
