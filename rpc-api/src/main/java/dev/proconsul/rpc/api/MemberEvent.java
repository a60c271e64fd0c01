package dev.proconsul.rpc.api;

/// What has happened to a member of a gossip pool. Source: serf `serf/event.go`.
public sealed interface MemberEvent {
    /// {@return the member, as it is known now}
    Member member();

    /// It is there: new, or back.
    /// @param member which
    record Joined(Member member) implements MemberEvent {}

    /// It is there as before, but says otherwise of itself.
    /// @param member as it is now
    record Updated(Member member) implements MemberEvent {}

    /// It has left.
    /// @param member which
    record Left(Member member) implements MemberEvent {}

    /// It does not answer.
    /// @param member which
    record Failed(Member member) implements MemberEvent {}

    /// It had left or failed, and the pool has forgotten it.
    /// @param member as it was known last
    record Reaped(Member member) implements MemberEvent {}
}
