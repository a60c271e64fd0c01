package dev.proconsul.rpc.bench.codec;

import dev.proconsul.rpc.structs.MsgpackWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Encoding and decoding of one value in memory, by us and by databind.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    /// Name of the struct.
    @Param({"IndexedCheckServiceNodes", "KVSRequest"})
    public String struct;

    private final MsgpackWriter out = new MsgpackWriter();
    private final ByteArrayOutputStream mirrorOut = new ByteArrayOutputStream();
    private Subject<?> subject;

    /// Makes the value.
    ///
    /// @throws IOException if the contenders do not agree on it
    @Setup
    public void prepare() throws IOException {
        subject = Subject.named(struct);
    }

    /// {@return how many bytes we wrote}
    @Benchmark
    public int oursEncode() {
        return subject.encode(out);
    }

    /// {@return what we read}
    ///
    /// @throws IOException never
    @Benchmark
    public Object oursDecode() throws IOException {
        return subject.decode();
    }

    /// {@return how many bytes databind wrote}
    ///
    /// @throws IOException never
    @Benchmark
    public int jacksonEncode() throws IOException {
        return subject.encodeMirror(mirrorOut);
    }

    /// {@return what databind read}
    ///
    /// @throws IOException never
    @Benchmark
    public Object jacksonDecode() throws IOException {
        return subject.decodeMirror();
    }
}
