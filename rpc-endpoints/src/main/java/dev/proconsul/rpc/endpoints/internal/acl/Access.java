package dev.proconsul.rpc.endpoints.internal.acl;

/// What somebody wants to do with a resource. Each includes the one before it.
public enum Access {
    /// See it.
    READ("read"),
    /// See it among others; for keys.
    LIST("list"),
    /// Change it.
    WRITE("write");

    private final String word;

    Access(String word) {
        this.word = word;
    }

    /// {@return the word of Consul's rules and errors}
    @Override
    public String toString() {
        return word;
    }
}
