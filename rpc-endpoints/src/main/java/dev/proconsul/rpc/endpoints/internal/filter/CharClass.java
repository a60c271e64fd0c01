package dev.proconsul.rpc.endpoints.internal.filter;

/// Classes of characters, by the names that errors give them.
enum CharClass {
    BLANK("[ \\t\\r\\n]") {
        @Override
        boolean has(char c) {
            return c == ' ' || c == '\t' || c == '\r' || c == '\n';
        }
    },
    LETTER("[a-zA-Z]") {
        @Override
        boolean has(char c) {
            return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
        }
    },
    NAME("[a-zA-Z0-9_]") {
        @Override
        boolean has(char c) {
            return LETTER.has(c) || DIGIT.has(c) || c == '_';
        }
    },
    DIGIT("[0-9]") {
        @Override
        boolean has(char c) {
            return c >= '0' && c <= '9';
        }
    },
    FIRST_DIGIT("[1-9]") {
        @Override
        boolean has(char c) {
            return c >= '1' && c <= '9';
        }
    },
    UNQUOTED("[^\"]") {
        @Override
        boolean has(char c) {
            return c != '"';
        }
    },
    UNTICKED("[^`]") {
        @Override
        boolean has(char c) {
            return c != '`';
        }
    };

    private final String text;

    CharClass(String text) {
        this.text = text;
    }

    abstract boolean has(char c);

    @Override
    public String toString() {
        return text;
    }
}
