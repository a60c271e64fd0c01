package dev.proconsul.rpc.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Ports of the loopback interface as processes tell each other: `127.0.0.1:PORT`.
final class Addresses {
    private Addresses() {}

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    static InetSocketAddress parse(String address) {
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
