/// grpc-protobuf-lite.
module io.grpc.protobuf.lite {
    requires transitive io.grpc;
    requires transitive com.google.protobuf;
    requires com.google.common;

    exports io.grpc.protobuf.lite;
}
