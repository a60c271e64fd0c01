/// grpc-protobuf, without Google's API messages: only `StatusProto` needs them, and nobody here needs it.
module io.grpc.protobuf {
    requires transitive io.grpc;
    requires transitive com.google.protobuf;
    requires io.grpc.protobuf.lite;
    requires com.google.common;

    exports io.grpc.protobuf;
}
