/// okio-jvm.
module okio {
    requires java.logging;
    requires transitive kotlin.stdlib;

    exports okio;
}
