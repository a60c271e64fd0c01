package dev.proconsul.rpc.endpoints.internal.hcl;

import java.util.List;

/// A value of a text in HCL (version 1) or JSON. Immutable.
public sealed interface Hcl {
    /// A string.
    /// @param value what it says
    record Text(String value) implements Hcl {}

    /// A number or a bool.
    /// @param literal as it stands there
    record Literal(String literal) implements Hcl {}

    /// A list.
    /// @param values what is in it
    record Values(List<Hcl> values) implements Hcl {
        /// Copies the list.
        public Values {
            values = List.copyOf(values);
        }
    }

    /// A block, or the whole text.
    /// @param items what is in it, in its order
    record Block(List<Item> items) implements Hcl {
        /// Copies the list.
        public Block {
            items = List.copyOf(items);
        }
    }

    /// One thing in a block: `key = value`, or `key "label" { … }`.
    /// @param keys  the key, and the labels behind it; at least one
    /// @param value what it is
    /// @param place where it stands
    record Item(List<String> keys, Hcl value, Place place) {
        /// Copies the list.
        public Item {
            keys = List.copyOf(keys);
        }
    }

    /// Reads a text; as JSON when it begins with a brace.
    /// @param text what to read
    /// @return its outermost block
    /// @throws HclException when it is neither
    static Block parse(String text) throws HclException {
        return text.stripLeading().startsWith("{") ? new JsonParser(text).parse() : new HclParser(text).parse();
    }
}
