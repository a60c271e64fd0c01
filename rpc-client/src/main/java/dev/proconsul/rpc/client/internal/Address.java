package dev.proconsul.rpc.client.internal;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/// Addresses of server ports as text.
public final class Address {
    private static final Pattern FORM = Pattern.compile(
            "(?<host>[^\\s:/\\[\\]]+|\\[[^\\s/\\[\\]]+])(?::(?<port>[0-9]+))?");

    private Address() {}

    /// Reads an address; a name is not looked up.
    ///
    /// @param text        `host:port`, `host`, or `[ipv6]:port`
    /// @param defaultPort where none is named
    /// @return the address, unresolved
    /// @throws IllegalArgumentException when the text is no such thing
    public static InetSocketAddress parse(String text, int defaultPort) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is no server address; expected HOST:PORT, HOST or [IPV6]:PORT");
        }
        var host = match.group("host");
        var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        var port = match.group("port");
        return InetSocketAddress.createUnresolved(bare, port == null ? defaultPort : port(text, port));
    }

    private static int port(String text, String digits) {
        int port = digits.length() > 5 ? 0 : Integer.parseInt(digits);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the port of '" + text + "' is " + digits
                    + ", but must be 1 to 65535");
        }
        return port;
    }

    /// {@return an address as `host:port` or `[ipv6]:port`}
    /// @param address resolved or not
    public static String text(InetSocketAddress address) {
        var host = address.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
