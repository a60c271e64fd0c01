package consumer;

import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.RequestHeader;
import dev.proconsul.rpc.structs.ResponseHeader;
import dev.proconsul.rpc.structs.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.Callable;

/// Asks a server for its leader; the server knows this one answer.
public final class Consumer implements Callable<String> {
    private static final int ONE_CONVERSATION = 0x00;

    /// For the service loader.
    public Consumer() {}

    @Override
    public String call() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var server = Thread.startVirtualThread(() -> answer(listener));
            var address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
            try (var client = RpcClient.connect(ClientConfig.of(address).withMode(ClientConfig.Mode.SINGLE))) {
                return client.call(Status.LEADER, DCSpecificRequest.ZERO);
            } finally {
                server.join();
            }
        }
    }

    private static void answer(ServerSocket listener) {
        try (var socket = listener.accept()) {
            if (socket.getInputStream().read() != ONE_CONVERSATION) {
                return; // the client sees the end of the connection, and says so
            }
            var in = new MsgpackReader(socket.getInputStream(), DecodeLimits.DEFAULT);
            var header = RequestHeader.CODEC.decode(in);
            Status.LEADER.request().decode(in);
            var out = new MsgpackWriter();
            ResponseHeader.CODEC.encode(new ResponseHeader("", header.seq(), header.serviceMethod()), out);
            Status.LEADER.reply().encode("127.0.0.1:8300", out);
            out.writeTo(socket.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
