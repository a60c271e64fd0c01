package dev.proconsul.rpc.endpoints.internal;

import java.io.IOException;
import java.io.InputStream;

/// Counts what is read against a budget, until it is given back. For one reading thread.
public final class BudgetedInput extends InputStream {
    private final InputStream in;
    private final MessageBudget budget;
    private long taken;

    /// Wraps an input, which is closed by its owner.
    /// @param in     where the bytes come from
    /// @param budget what they are taken from
    public BudgetedInput(InputStream in, MessageBudget budget) {
        this.in = in;
        this.budget = budget;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        if (count > 0) {
            budget.take(count);
            taken += count;
        }
        return count;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    /// Counts what is held besides what was read.
    /// @param bytes how much
    /// @throws IOException when there is no room for it
    public void take(int bytes) throws IOException {
        budget.take(bytes);
        taken += bytes;
    }

    /// Gives back all that was read so far: it is no longer held.
    public void giveBack() {
        budget.giveBack(taken);
        taken = 0;
    }
}
