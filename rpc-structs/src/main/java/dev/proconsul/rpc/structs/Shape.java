package dev.proconsul.rpc.structs;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What a type looks like on the wire, for code that has no type at hand: the JSON view, a command line, tests.
public sealed interface Shape {

    /// A value without parts.
    enum Scalar implements Shape {
        /// Text; on the wire any bytes.
        STRING,
        /// True or false.
        BOOL,
        /// Signed integer of 64 bits; Go's `int` as well.
        INT64,
        /// Unsigned integer of 64 bits; Go's `uint` as well.
        UINT64,
        /// Unsigned integer of 32 bits.
        UINT32,
        /// Unsigned integer of 8 bits.
        UINT8,
        /// Floating point number of 32 bits.
        FLOAT32,
        /// Floating point number of 64 bits.
        FLOAT64,
        /// Byte string, or nil.
        BYTES,
        /// Nanoseconds as a signed integer.
        DURATION,
        /// Point in time with a zone offset.
        TIME,
        /// Whatever was sent.
        ANY
    }

    /// A list, or nil.
    ///
    /// @param element shape of every element
    record ListOf(Shape element) implements Shape {}

    /// A map with string keys, or nil.
    ///
    /// @param value shape of every value
    record MapOf(Shape value) implements Shape {}

    /// A map with other keys than strings, or nil. In JSON, and in Java, its keys are strings.
    ///
    /// @param key   shape of every key: a number, or a struct with the field `Name` alone
    /// @param value shape of every value
    record KeyedMap(Shape key, Shape value) implements Shape {}

    /// A struct of a kind that is announced before it. In JSON it is an object whose member `Kind` says the kind.
    final class Variant implements Shape {
        private final Supplier<Map<String, Shape>> source;
        private volatile Map<String, Shape> kinds = Map.of();

        /// The kinds come late because they may contain such structs.
        Variant(Supplier<Map<String, Shape>> source) {
            this.source = source;
        }

        /// {@return the shapes by kind; a struct of any other kind is a map of anything}
        public Map<String, Shape> kinds() {
            if (kinds.isEmpty()) {
                kinds = source.get(); // the same map whoever computes it
            }
            return kinds;
        }

        /// {@return `ConfigEntry`, the only one there is}
        @Override
        public String toString() {
            return "ConfigEntry";
        }
    }

    /// A value or nil.
    ///
    /// @param value shape of the value
    record Pointer(Shape value) implements Shape {}

    /// A struct: a map from field name to value.
    final class Struct implements Shape {
        private final String name;
        private final boolean wrapped;
        private final Supplier<List<Field>> source;
        private volatile List<Field> fields = List.of();

        /// Made by generated code. The fields come late because structs may contain themselves.
        Struct(String name, boolean wrapped, Supplier<List<Field>> source) {
            this.name = name;
            this.wrapped = wrapped;
            this.source = source;
        }

        /// {@return the Go name of the struct}
        public String name() {
            return name;
        }

        /// {@return true if on the wire the content stands in a byte string}
        public boolean wrapped() {
            return wrapped;
        }

        /// {@return the fields in declaration order, those of embedded structs in place; the order of the array form}
        public List<Field> fields() {
            if (fields.isEmpty()) {
                fields = source.get(); // the same list whoever computes it
            }
            return fields;
        }

        /// {@return the name}
        @Override
        public String toString() {
            return name;
        }
    }

    /// A field of a struct.
    ///
    /// @param name      name on the wire, which is the Go name
    /// @param shape     shape of its value
    /// @param omitEmpty true if an empty value is left out instead of written
    /// @param since     first Consul release that has the field, as `1.21`; empty if it was always there
    /// @param doc       what the field means, in one line
    record Field(String name, Shape shape, boolean omitEmpty, String since, String doc) {}
}
