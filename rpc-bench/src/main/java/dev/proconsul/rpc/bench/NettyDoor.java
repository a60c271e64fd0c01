package dev.proconsul.rpc.bench;

import io.grpc.ServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/// The other public door into gRPC, for comparison: Netty's server around connections that somebody else accepted. Here
/// a thread accepts them and takes the type byte; there is no TLS.
final class NettyDoor extends AbstractServerChannel {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private volatile boolean open = true;

    /// Opens a port whose connections go through the door.
    ///
    /// @param services adds the services
    /// @return the port
    static int open(Consumer<ServerBuilder<?>> services) throws IOException {
        var door = new NettyDoor();
        var builder = NettyServerBuilder.forAddress(ANY_PORT)
                .channelFactory(() -> door)
                .bossEventLoopGroup(new NioEventLoopGroup(1))
                .workerEventLoopGroup(new NioEventLoopGroup());
        services.accept(builder);
        builder.build().start();
        var listener = ServerSocketChannel.open().bind(ANY_PORT);
        Thread.ofPlatform().daemon().start(() -> accept(listener, door));
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private static void accept(ServerSocketChannel listener, NettyDoor door) {
        try {
            while (true) {
                var socket = listener.accept();
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                socket.read(ByteBuffer.allocate(1));
                door.hand(socket);
            }
        } catch (IOException e) {
            System.err.println("bench: " + e);
        }
    }

    private void hand(SocketChannel socket) {
        eventLoop().execute(() -> {
            pipeline().fireChannelRead(new NioSocketChannel(this, socket));
            pipeline().fireChannelReadComplete();
        });
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return ANY_PORT;
    }

    @Override
    protected void doBind(SocketAddress localAddress) {}

    @Override
    protected void doClose() {
        open = false;
    }

    @Override
    protected void doBeginRead() {}

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }
}
