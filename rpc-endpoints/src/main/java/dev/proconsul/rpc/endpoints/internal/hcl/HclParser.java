package dev.proconsul.rpc.endpoints.internal.hcl;

import dev.proconsul.rpc.endpoints.internal.hcl.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads HCL, version 1: items one after another, each with a value or a block of further items.
///
/// A key that is assigned twice in one block is an error, as it is for Consul since version 1.21.
final class HclParser {
    /// Deeper than any rule; keeps a hostile text from using up the stack.
    static final int DEEPEST = 64;

    private final HclLexer lexer;
    private Token next;

    HclParser(String text) throws HclException {
        lexer = new HclLexer(text);
        next = lexer.next();
    }

    Hcl.Block parse() throws HclException {
        var block = items(0, Kind.EOF);
        if (!next.is(Kind.EOF)) {
            throw new HclException(next.place(), "unexpected token while parsing list: " + next.kind());
        }
        return block;
    }

    private Token take() throws HclException {
        var taken = next;
        next = lexer.next();
        return taken;
    }

    private Hcl.Block items(int depth, Kind end) throws HclException {
        if (depth > DEEPEST) {
            throw new HclException(next.place(), "more than " + DEEPEST + " blocks inside each other");
        }
        var items = new ArrayList<Hcl.Item>();
        Set<String> assigned = new HashSet<>();
        while (!next.is(end) && !next.is(Kind.EOF)) {
            items.add(item(depth, assigned));
            if (next.is(Kind.COMMA)) {
                take();
            }
        }
        return new Hcl.Block(items);
    }

    private Hcl.Item item(int depth, Set<String> assigned) throws HclException {
        var place = next.place();
        var keys = new ArrayList<String>();
        while (next.is(Kind.IDENT) || next.is(Kind.STRING)) {
            keys.add(take().text());
        }
        if (keys.isEmpty()) {
            throw new HclException(place, "expected: IDENT | STRING got: " + next.kind());
        }
        return switch (next.kind()) {
            case ASSIGN -> {
                if (keys.size() > 1) {
                    throw new HclException(place, "nested object expected: LBRACE got: ASSIGN");
                }
                if (!assigned.add(keys.getFirst())) {
                    throw new HclException("The argument \"" + keys.getFirst() + "\" at " + place
                            + " was already set. Each argument can only be defined once");
                }
                take();
                yield new Hcl.Item(keys, value(depth), place);
            }
            case LBRACE -> new Hcl.Item(keys, block(depth), place);
            case EOF -> throw new HclException(place, "key '" + keys.getLast()
                    + "' expected start of object ('{') or assignment ('=')");
            default -> throw new HclException(next.place(), "nested object expected: LBRACE got: " + next.kind());
        };
    }

    private Hcl value(int depth) throws HclException {
        return switch (next.kind()) {
            case STRING, HEREDOC -> new Hcl.Text(take().text());
            case NUMBER, BOOL -> new Hcl.Literal(take().text());
            case LBRACE -> block(depth);
            case LBRACK -> list(depth);
            default -> throw new HclException(next.place(), "Unknown token: " + next.place() + " " + next.kind());
        };
    }

    private Hcl.Block block(int depth) throws HclException {
        take();
        var block = items(depth + 1, Kind.RBRACE);
        if (!next.is(Kind.RBRACE)) {
            throw new HclException(next.place(), "object expected closing RBRACE got: " + next.kind());
        }
        take();
        return block;
    }

    private Hcl list(int depth) throws HclException {
        if (depth > DEEPEST) {
            throw new HclException(next.place(), "more than " + DEEPEST + " lists inside each other");
        }
        take();
        List<Hcl> values = new ArrayList<>();
        while (!next.is(Kind.RBRACK)) {
            values.add(value(depth + 1));
            if (next.is(Kind.COMMA)) {
                take();
            } else if (!next.is(Kind.RBRACK)) {
                throw new HclException(next.place(), "error parsing list, expected comma or list end, got: "
                        + next.kind());
            }
        }
        take();
        return new Hcl.Values(values);
    }
}
