package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import java.util.ArrayList;
import java.util.List;

/// All that is wrong with something, told at once as Go's multierror does it. For one thread.
final class Problems {
    private final List<String> texts = new ArrayList<>();

    void addIf(boolean wrong, String text) {
        if (wrong) {
            texts.add(text);
        }
    }

    void add(String text) {
        texts.add(text);
    }

    void throwIfAny() throws RpcException {
        if (texts.isEmpty()) {
            return;
        }
        var all = new StringBuilder();
        all.append(texts.size() == 1 ? "1 error occurred:\n" : texts.size() + " errors occurred:\n");
        texts.forEach(text -> all.append("\t* ").append(text).append('\n'));
        throw new RpcException(all.append('\n').toString());
    }
}
