/// protobuf-java. Without jdk.unsupported it does not use sun.misc.Unsafe, and says nothing about it.
module com.google.protobuf {
    requires java.logging;
    requires static jdk.unsupported;

    exports com.google.protobuf;
}
