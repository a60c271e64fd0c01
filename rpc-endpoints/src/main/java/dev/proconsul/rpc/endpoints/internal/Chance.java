package dev.proconsul.rpc.endpoints.internal;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// What is left to chance, so that tests can leave it to something else. Threads: any.
public interface Chance {
    /// Real chance; ids are hard to guess.
    Chance SYSTEM = new Chance() {
        @Override
        public String uuid() {
            return UUID.randomUUID().toString();
        }

        @Override
        public void shuffle(List<?> rows) {
            Collections.shuffle(rows, ThreadLocalRandom.current());
        }
    };

    /// {@return a new id}
    String uuid();

    /// Brings rows into any order.
    /// @param rows what to shuffle, in place
    void shuffle(List<?> rows);

    /// {@return chance that is always the same}
    /// @param seed chooses it
    static Chance seeded(long seed) {
        var random = new Random(seed);
        return new Chance() {
            @Override
            public synchronized String uuid() {
                return new UUID(random.nextLong(), random.nextLong()).toString();
            }

            @Override
            public synchronized void shuffle(List<?> rows) {
                Collections.shuffle(rows, random);
            }
        };
    }
}
