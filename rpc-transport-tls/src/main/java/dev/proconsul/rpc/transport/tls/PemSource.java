package dev.proconsul.rpc.transport.tls;

import java.nio.file.Path;

/// Where PEM text comes from. It is read when a [TlsConfigurator] loads or reloads, not before.
public sealed interface PemSource {
    /// {@return no source: there is nothing to read}
    static PemSource none() {
        return new None();
    }

    /// {@return one file}
    /// @param path the file; may hold several objects one after another
    static PemSource file(Path path) {
        return new File(path);
    }

    /// {@return every regular file of a directory and of those below it}
    /// @param path the directory
    static PemSource directory(Path path) {
        return new Directory(path);
    }

    /// {@return text at hand}
    /// @param name what errors call it
    /// @param pem  the text; may hold several objects one after another
    static PemSource text(String name, String pem) {
        return new Text(name, pem);
    }

    /// {@return whether there is a source}
    default boolean isPresent() {
        return !(this instanceof None);
    }

    /// Nothing.
    record None() implements PemSource {}

    /// A file.
    /// @param path where it is
    record File(Path path) implements PemSource {}

    /// A directory.
    /// @param path where it is
    record Directory(Path path) implements PemSource {}

    /// Text at hand, which may be secret.
    /// @param name what errors call it
    /// @param pem  the text
    record Text(String name, String pem) implements PemSource {
        @Override
        public String toString() {
            return "Text[name=" + name + "]";
        }
    }
}
