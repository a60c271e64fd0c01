package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.Gossip;
import dev.proconsul.rpc.api.KeyringReport;
import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.MemberEvent;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.ServerMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// A gossip pool whose members are what the test says.
final class FakeGossip implements Gossip {
    private final TreeMap<String, Member> members = new TreeMap<>();
    private final List<Consumer<? super MemberEvent>> listeners = new CopyOnWriteArrayList<>();
    final List<String> said = new ArrayList<>();
    boolean seen = true;
    Optional<String> problem = Optional.empty();

    static Member client(String name, String address) {
        return member(name, address, Map.of("role", "node", "dc", "dc1", "build", "1.10.1:db839f18", "id",
                "bbbbbbbb-2222-2222-2222-" + String.format("%012x", name.hashCode())));
    }

    static Member server(String name, String address) {
        return member(name, address, Map.of("role", "consul", "dc", "dc1", "build", "1.21.0:abc", "vsn", "2",
                "raft_vsn", "3", "port", "8300", "segment", "", "id",
                "cccccccc-3333-3333-3333-" + String.format("%012x", name.hashCode())));
    }

    static Member member(String name, String address, Map<String, String> tags) {
        return new Member(name, address, 8301, tags, Member.Status.ALIVE, new Member.Versions(2, 1, 5));
    }

    void says(MemberEvent event) {
        knows(event);
        listeners.forEach(listener -> listener.accept(event));
    }

    /// As [#says], but nobody is told.
    void knows(MemberEvent event) {
        var member = event.member();
        switch (event) {
            case MemberEvent.Joined _, MemberEvent.Updated _ -> members.put(member.name(), member);
            case MemberEvent.Left _ -> members.put(member.name(), member.withStatus(Member.Status.LEFT));
            case MemberEvent.Failed _ -> members.put(member.name(), member.withStatus(Member.Status.FAILED));
            case MemberEvent.Reaped _ -> members.remove(member.name());
        }
    }

    int listeners() {
        return listeners.size();
    }

    @Override
    public List<ServerInfo> servers(String datacenter) {
        return members.values().stream().filter(member -> member.status() == Member.Status.ALIVE)
                .flatMap(member -> ServerMetadata.of(member).stream()).map(ServerMetadata::info)
                .filter(server -> server.datacenter().equals(datacenter)).toList();
    }

    @Override
    public Optional<List<Member>> members() {
        return seen ? Optional.of(List.copyOf(members.values())) : Optional.empty();
    }

    @Override
    public Subscription watchMembers(Consumer<? super MemberEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void fire(String name, byte[] payload) throws RpcException {
        fail();
        said.add(name + " " + new String(payload, StandardCharsets.UTF_8));
    }

    @Override
    public KeyringReport keyring(KeyOperation operation, String key) throws RpcException {
        fail();
        said.add(operation + " " + key);
        return new KeyringReport(Map.of("s1", "done"), Map.of("a2V5", 2L), Map.of(), 2, "");
    }

    private void fail() throws RpcException {
        if (problem.isPresent()) {
            throw new RpcException(problem.get());
        }
    }
}
