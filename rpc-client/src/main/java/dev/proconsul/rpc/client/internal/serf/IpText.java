package dev.proconsul.rpc.client.internal.serf;

/// IP addresses as Go writes them, which is how Consul keeps them: RFC 5952 for version 6.
final class IpText {
    private static final int GROUPS = 8;

    private IpText() {}

    /// {@return the address as text; empty for anything but 4 or 16 bytes}
    static String of(byte[] address) {
        return switch (address.length) {
            case 4 -> version4(address, 0);
            case 16 -> isMapped(address) ? version4(address, 12) : version6(address);
            default -> "";
        };
    }

    private static String version4(byte[] address, int at) {
        return (address[at] & 0xff) + "." + (address[at + 1] & 0xff) + "." + (address[at + 2] & 0xff) + "."
                + (address[at + 3] & 0xff);
    }

    private static boolean isMapped(byte[] address) {
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[10] == -1 && address[11] == -1;
    }

    /// The longest run of two or more zero groups, the first of equal ones, becomes `::`.
    private static String version6(byte[] address) {
        int start = -1;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = zeros(address, i);
            if (run > length) {
                start = i;
                length = run;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(address, i)));
        }
        return text.toString();
    }

    private static int zeros(byte[] address, int from) {
        int at = from;
        while (at < GROUPS && group(address, at) == 0) {
            at++;
        }
        return at - from;
    }

    private static int group(byte[] address, int index) {
        return (address[2 * index] & 0xff) << 8 | address[2 * index + 1] & 0xff;
    }
}
