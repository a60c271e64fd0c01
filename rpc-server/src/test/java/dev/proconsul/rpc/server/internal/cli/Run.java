package dev.proconsul.rpc.server.internal.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One run of the tool in this process.
final class Run implements Surroundings {
    final CountDownLatch printed = new CountDownLatch(1);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream() {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            printed.countDown();
        }
    };
    private final ByteArrayOutputStream err = new ByteArrayOutputStream() {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            notifyAll();
        }
    };
    final AtomicReference<@Nullable Runnable> leave = new AtomicReference<>();
    final AtomicReference<@Nullable Runnable> hangUp = new AtomicReference<>();
    private InputStream in = InputStream.nullInputStream();
    int code = Integer.MIN_VALUE;

    static Run of(String... args) {
        return new Run().start(args);
    }

    Run withInput(String text) {
        in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Run start(String... args) {
        var terminal = new Terminal(
                in, new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        code = new CommandLineTool(terminal, this).run(args);
        return this;
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /// Waits until something is said on standard error.
    void awaitComplaint(String text) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        synchronized (err) {
            while (!err().contains(text)) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("not '" + text + "', but: " + err());
                }
                err.wait(left);
            }
        }
    }

    /// {@return what was said on standard error, without the name of the tool and the hint where to find help}
    String complaint() {
        var lines = err().lines().filter(line -> !line.startsWith("Try '")).toList();
        return lines.size() == 1 ? lines.getFirst().replaceFirst("^proconsul: ", "") : err();
    }

    @Override
    public void atEnd(Runnable action) {
        leave.set(action);
    }

    @Override
    public void atHangUp(Runnable action) {
        hangUp.set(action);
    }
}
