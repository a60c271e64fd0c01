/// grpc-stub.
module io.grpc.stub {
    requires transitive io.grpc;
    requires java.logging;
    requires transitive com.google.common;

    exports io.grpc.stub;
    exports io.grpc.stub.annotations;
}
