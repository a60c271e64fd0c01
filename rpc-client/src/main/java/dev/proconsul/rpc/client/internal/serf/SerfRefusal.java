package dev.proconsul.rpc.client.internal.serf;

/// What a Serf agent answered instead of doing what it was asked to.
final class SerfRefusal extends Exception {
    private static final long serialVersionUID = 1;

    SerfRefusal(String text) {
        super(text);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
