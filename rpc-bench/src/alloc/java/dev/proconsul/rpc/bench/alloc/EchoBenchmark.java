package dev.proconsul.rpc.bench.alloc;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Messages there and back between two ends in this process.
///
/// One caller writes a message on every line, and then reads every answer. The other end has a virtual thread for
/// each line. One operation is one message there and back.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EchoBenchmark {
    /// How many messages one invocation makes.
    static final int MESSAGES = 64;
    private static final int MESSAGE_BYTES = 128;

    /// What carries the messages.
    @Param
    public Carrier carrier;

    /// Lines at once.
    @Param({"1", "64"})
    public int lines;

    private final byte[] message = new byte[MESSAGE_BYTES];
    private Lines ends;

    /// Connects.
    ///
    /// @throws IOException if that fails
    @Setup
    public void connect() throws IOException {
        ends = carrier.connect(lines, MESSAGE_BYTES);
    }

    /// Sends and receives.
    ///
    /// @throws IOException if an answer does not come
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void echo() throws IOException {
        for (int done = 0; done < MESSAGES; done += lines) {
            for (var out : ends.outputs()) {
                out.write(message);
            }
            for (var in : ends.inputs()) {
                if (in.readNBytes(message, 0, MESSAGE_BYTES) < MESSAGE_BYTES) {
                    throw new IOException("the echo has ended");
                }
            }
        }
    }

    /// Disconnects.
    @TearDown
    public void disconnect() {
        ends.close().run();
    }
}
