package dev.proconsul.jyamux.internal;

import java.util.concurrent.atomic.LongAdder;

/// What a session counts. Threads: any.
final class Counters {
    final LongAdder framesReceived = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder framesSent = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder stalls = new LongAdder();
    final LongAdder streamsOpened = new LongAdder();
    final LongAdder streamsReceived = new LongAdder();
    final LongAdder streamsRefused = new LongAdder();
    final LongAdder streamsForgotten = new LongAdder();
    final LongAdder resetsReceived = new LongAdder();
    final LongAdder oddFrames = new LongAdder();
    final LongAdder discardedBytes = new LongAdder();
    private long sentWhenHeard; // written before an access to bytesReceived, read after one

    /// Bytes have come.
    void heard(int bytes) {
        sentWhenHeard = bytesSent.sum();
        bytesReceived.add(bytes);
    }

    /// {@return what has been sent since, after a look at [#bytesReceived]}
    long sentSinceHeard() {
        return bytesSent.sum() - sentWhenHeard;
    }
}
