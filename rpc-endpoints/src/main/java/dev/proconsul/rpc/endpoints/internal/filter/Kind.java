package dev.proconsul.rpc.endpoints.internal.filter;

/// What a selector can lead to.
sealed interface Kind {
    /// A value that is compared as a whole.
    enum Simple implements Kind {
        TEXT,
        INTEGER,
        BOOL
    }

    /// A list of texts.
    record Texts() implements Kind {}

    /// A list of structs. A field of it is that of any of them.
    record Structs(RowType<?> element) implements Kind {}

    /// A map from text.
    record MapOf(Kind value) implements Kind {}

    /// A struct: only its fields can be compared.
    record Struct(RowType<?> type) implements Kind {}
}
