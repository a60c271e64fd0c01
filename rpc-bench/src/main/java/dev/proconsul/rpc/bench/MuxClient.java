package dev.proconsul.rpc.bench;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The client process of the scenarios below RPC: obeys as [BenchClient] does, and besides lines `idle-streams N`,
/// `idle-sessions N` and `memory`.
final class MuxClient {
    private static final int IDLE_WORKERS = 64;

    private final Wire wire;
    private final InetSocketAddress echo;
    private final InetSocketAddress echoOnce;
    private final InetSocketAddress swallow;
    private final InetSocketAddress keep;
    private final InetSocketAddress either;
    /// One for each port, and more of [#echo]; they stay, as idle conversations do.
    private final Map<InetSocketAddress, Wire.Dialed> dialed = new HashMap<>();
    private final List<Wire.Dialed> echoing = new ArrayList<>();
    private final List<Object> idle = new ArrayList<>();

    private MuxClient(Wire wire, List<InetSocketAddress> addresses) {
        this.wire = wire;
        this.echo = addresses.get(0);
        this.echoOnce = addresses.get(1);
        this.swallow = addresses.get(2);
        this.keep = addresses.get(3);
        this.either = addresses.get(4);
    }

    static void main(String[] arguments) throws Exception {
        var addresses = Arrays.stream(arguments).skip(1).map(Addresses::parse).toList();
        var client = new MuxClient(Wire.valueOf(arguments[0]), addresses);
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(client.obey(line.split(" ")));
        }
        System.exit(0);
    }

    private String obey(String[] words) throws Exception {
        switch (words[0]) {
            case "memory":
                return Memory.used().line();
            case "idle-streams":
                openIdleStreams(Integer.parseInt(words[1]));
                return "done";
            case "idle-sessions":
                openIdleSessions(Integer.parseInt(words[1]));
                return "done";
            default:
                var source = operations(Scenario.of(words[0]).orElseThrow());
                return Load.run(Integer.parseInt(words[1]), Duration.ofMillis(Long.parseLong(words[2])), source).line();
        }
    }

    private Operation.Source operations(Scenario scenario) throws IOException {
        return switch (scenario) {
            case MUX_PINGPONG, MUX_64, MUX_1024 -> _ -> new Messages(echoing(0).open());
            case MUX_CONNS -> caller -> new Messages(echoing(caller).open());
            case MUX_OPEN -> {
                var server = dialed(echoOnce);
                yield _ -> streamPerMessage(server);
            }
            case MUX_BULK_1, MUX_BULK_8 -> {
                var server = dialed(swallow);
                yield _ -> new Bulk(server.open(), false);
            }
            case MUX_BESIDE -> {
                var server = dialed(either);
                yield caller -> eitherOn(server.open(), scenario.isBeside(caller));
            }
            default -> throw new IllegalArgumentException(scenario.title() + " has no such load");
        };
    }

    private Wire.Dialed dialed(InetSocketAddress address) throws IOException {
        var known = dialed.get(address);
        if (known == null) {
            known = wire.dial(address);
            dialed.put(address, known);
        }
        return known;
    }

    private Wire.Dialed echoing(int number) throws IOException {
        while (echoing.size() <= number) {
            echoing.add(wire.dial(echo));
        }
        return echoing.get(number);
    }

    private static void exchange(Wire.Talk talk, byte[] message) throws IOException {
        talk.output().write(message);
        if (talk.input().readNBytes(message, 0, message.length) < message.length) {
            throw new EOFException("the echo has ended");
        }
    }

    private static Operation streamPerMessage(Wire.Dialed server) {
        var message = new byte[Handler.MESSAGE_BYTES];
        return () -> {
            try (var talk = server.open()) {
                exchange(talk, message);
            }
        };
    }

    private static Operation eitherOn(Wire.Talk talk, boolean beside) throws IOException {
        talk.output().write(beside ? 1 : 0);
        return beside ? new Bulk(talk, true) : new Messages(talk);
    }

    /// Messages there and back, one after the other.
    private record Messages(Wire.Talk talk, byte[] message) implements Operation {
        Messages(Wire.Talk talk) {
            this(talk, new byte[Handler.MESSAGE_BYTES]);
        }

        @Override
        public void run() throws IOException {
            exchange(talk, message);
        }

        @Override
        public void finish() throws IOException {
            talk.close();
        }
    }

    /// Blocks one way; its end is the receiver's word that all have come.
    private static final class Bulk implements Operation {
        private final Wire.Talk talk;
        private final Wire.Sending sending;
        private final boolean beside;
        private long written;

        Bulk(Wire.Talk talk, boolean beside) {
            this.talk = talk;
            this.beside = beside;
            this.sending = talk.sending(Handler.BLOCK_BYTES);
        }

        @Override
        public void run() throws IOException {
            sending.send();
            written += Handler.BLOCK_BYTES;
        }

        @Override
        public boolean isBeside() {
            return beside;
        }

        @Override
        public void finish() throws IOException {
            talk.finishWriting();
            long came = ByteBuffer.wrap(talk.input().readNBytes(Long.BYTES)).getLong();
            talk.close();
            if (came != written) {
                throw new IOException("wrote " + written + " bytes, but " + came + " have come");
            }
        }
    }

    /// Opens conversations by several threads at once; a message goes there and back on each, and it stays.
    private void openIdleStreams(int number) throws IOException, InterruptedException, ExecutionException {
        var server = dialed(keep);
        var talks = new Wire.Talk[number];
        var workers = new ArrayList<FutureTask<Void>>();
        for (int worker = 0; worker < IDLE_WORKERS; worker++) {
            int first = worker;
            var task = new FutureTask<Void>(() -> {
                var message = new byte[Handler.MESSAGE_BYTES];
                for (int i = first; i < number; i += IDLE_WORKERS) {
                    talks[i] = server.open();
                    exchange(talks[i], message);
                }
                return null;
            });
            workers.add(task);
            Thread.startVirtualThread(task);
        }
        for (var worker : workers) {
            worker.get();
        }
        idle.add(talks);
    }

    /// Opens more sessions; a message goes there and back on a stream of each, which is closed again.
    private void openIdleSessions(int number) throws IOException {
        var message = new byte[Handler.MESSAGE_BYTES];
        for (int i = 0; i < number; i++) {
            try (var talk = echoing(echoing.size()).open()) {
                exchange(talk, message);
            }
        }
    }
}
