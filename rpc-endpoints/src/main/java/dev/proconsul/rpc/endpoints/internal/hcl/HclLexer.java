package dev.proconsul.rpc.endpoints.internal.hcl;

import dev.proconsul.rpc.endpoints.internal.hcl.Token.Kind;

/// Cuts HCL, version 1, into tokens.
final class HclLexer {
    private final TextCursor text;

    HclLexer(String text) {
        this.text = new TextCursor(text);
    }

    Token next() throws HclException {
        skipSpaceAndComments();
        var place = text.place();
        int c = text.peek();
        if (c < 0) {
            // Consul's parser counts the end as a character.
            return new Token(Kind.EOF, "", new Place(place.line(), place.column() + 1));
        }
        if (Character.isLetter(c) || c == '_') {
            return word(place);
        }
        if (c >= '0' && c <= '9' || c == '-') {
            return new Token(Kind.NUMBER, number(), place);
        }
        return switch (c) {
            case '"' -> new Token(Kind.STRING, string(place), place);
            case '<' -> new Token(Kind.HEREDOC, heredoc(place), place);
            case '=' -> single(Kind.ASSIGN, place);
            case '{' -> single(Kind.LBRACE, place);
            case '}' -> single(Kind.RBRACE, place);
            case '[' -> single(Kind.LBRACK, place);
            case ']' -> single(Kind.RBRACK, place);
            case ',' -> single(Kind.COMMA, place);
            default -> throw new HclException(place, "illegal character");
        };
    }

    private Token single(Kind kind, Place place) {
        return new Token(kind, Character.toString(text.take()), place);
    }

    private void skipSpaceAndComments() throws HclException {
        while (true) {
            int c = text.peek();
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                text.take();
            } else if (c == '#' || text.startsWith("//")) {
                text.takeLine();
            } else if (text.startsWith("/*")) {
                var place = text.place();
                if (!text.takeThrough("*/")) {
                    throw new HclException(place, "comment not terminated");
                }
            } else {
                return;
            }
        }
    }

    private Token word(Place place) {
        var word = new StringBuilder();
        for (int c = text.peek(); isPartOfWord(c); c = text.peek()) {
            word.appendCodePoint(text.take());
        }
        var text = word.toString();
        boolean bool = text.equals("true") || text.equals("false");
        return new Token(bool ? Kind.BOOL : Kind.IDENT, text, place);
    }

    private static boolean isPartOfWord(int c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
    }

    private String number() {
        var digits = new StringBuilder();
        for (int c = text.peek(); Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '+'; c = text.peek()) {
            digits.appendCodePoint(text.take());
        }
        return digits.toString();
    }

    private String string(Place place) throws HclException {
        text.take();
        var string = new StringBuilder();
        int interpolated = 0;
        while (true) {
            int c = text.take();
            if (c < 0 || c == '\n' && interpolated == 0) {
                throw new HclException(place, "literal not terminated");
            }
            if (c == '"' && interpolated == 0) {
                return string.toString();
            }
            if (c == '$' && text.peek() == '{') {
                interpolated++;
            } else if (c == '}' && interpolated > 0) {
                interpolated--;
            }
            string.appendCodePoint(c == '\\' && interpolated == 0 ? Escapes.take(text, "abfnrtv\\\"") : c);
        }
    }

    /// `<<END` or `<<-END`, then lines up to one that says `END`; the second form takes the indentation of that line
    /// away from all lines, if they have it.
    private String heredoc(Place place) throws HclException {
        text.take();
        if (text.take() != '<') {
            throw new HclException(place, "heredoc expected second '<'");
        }
        var end = text.takeLine().stripTrailing();
        boolean indented = end.startsWith("-");
        if (indented) {
            end = end.substring(1);
        }
        if (end.isEmpty()) {
            throw new HclException(place, "zero-length heredoc anchor");
        }
        var lines = new StringBuilder();
        while (text.peek() >= 0) {
            var line = text.takeLine();
            if (line.strip().equals(end)) {
                var body = lines.toString();
                return indented ? withoutIndent(body, line.substring(0, line.indexOf(end))) : body;
            }
            lines.append(line).append('\n');
        }
        throw new HclException(place, "heredoc not terminated");
    }

    private static String withoutIndent(String body, String indent) {
        return body.lines().allMatch(line -> line.startsWith(indent))
                ? body.lines().map(line -> line.substring(indent.length()) + "\n").reduce("", String::concat)
                : body;
    }
}
