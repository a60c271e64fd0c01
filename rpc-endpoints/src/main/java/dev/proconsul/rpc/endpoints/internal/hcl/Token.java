package dev.proconsul.rpc.endpoints.internal.hcl;

/// A piece of HCL.
///
/// @param kind  what it is
/// @param text  its value: of a string without quotes and escapes, of the others as it stands there
/// @param place where it begins
record Token(Kind kind, String text, Place place) {
    /// What a token can be; the names are those of errors.
    enum Kind { IDENT, STRING, HEREDOC, NUMBER, BOOL, ASSIGN, LBRACE, RBRACE, LBRACK, RBRACK, COMMA, EOF }

    boolean is(Kind wanted) {
        return kind == wanted;
    }
}
