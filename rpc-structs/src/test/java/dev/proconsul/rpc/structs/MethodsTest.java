package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.ModuleDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The index of methods.
class MethodsTest {
    @ParameterizedTest
    @CsvSource({
        "Status.Ping,          Empty,                  Empty,             READ,  false, EXEMPT",
        "Status.Leader,        DCSpecificRequest,      STRING,            READ,  false, EXEMPT",
        "Status.Peers,         DCSpecificRequest,      ListOf[element=STRING], READ, false, EXEMPT",
        "Status.RaftStats,     Empty,                  RaftStats,         READ,  false, EXEMPT",
        "KVS.Apply,            KVSRequest,             BOOL,              WRITE, false, WRITE",
        "KVS.Get,              KeyRequest,             IndexedDirEntries, READ,  true,  READ",
        "KVS.List,             KeyRequest,             IndexedDirEntries, READ,  true,  READ",
        "KVS.ListKeys,         KeyListRequest,         IndexedKeyList,    READ,  true,  READ",
        "Session.Apply,        SessionRequest,         STRING,            WRITE, false, WRITE",
        "Session.Get,          SessionSpecificRequest, IndexedSessions,   READ,  true,  READ",
        "Session.List,         SessionSpecificRequest, IndexedSessions,   READ,  true,  READ",
        "Session.NodeSessions, NodeSpecificRequest,    IndexedSessions,   READ,  true,  READ",
        "Session.Renew,        SessionSpecificRequest, IndexedSessions,   READ,  false, WRITE"})
    void everyMethodIsDescribed(String name, String request, String reply, Method.Access access, boolean blocking,
            Method.RateClass rate) {
        Method<?, ?> method = Methods.named(name).orElseThrow();

        assertEquals(request, method.request().shape().toString());
        assertEquals(reply, method.reply().shape().toString());
        assertEquals(List.of(access, blocking, rate), List.of(method.access(), method.blocking(), method.rate()));
        assertEquals(name.substring(0, name.indexOf('.')), method.service());
    }

    @Test
    void namesAreFoundInExactCaseOnly() {
        assertSame(KVS.GET, Methods.named("KVS.Get").orElseThrow());
        assertEquals(Optional.empty(), Methods.named("kvs.get"));
        assertEquals(Methods.all().size(), Methods.all().stream().map(Method::name).distinct().count());
    }

    @Test
    void requestsSayHowAndWhereTheyAreToBeServed() {
        assertTrue(KeyRequest.ZERO instanceof ReadRequest);
        assertTrue(KVSRequest.ZERO instanceof WritingRequest);
        QueryReply<IndexedKeyList> reply = IndexedKeyList.ZERO;
        assertEquals(7, reply.withQueryMeta(QueryMeta.ZERO.withIndex(7)).queryMeta().index());
    }

    @Test
    void needsOnlyTheJdkAndAnnotations() {
        ModuleDescriptor module = Methods.class.getModule().getDescriptor();

        assertEquals(Set.of("java.base", "org.jspecify"),
                module.requires().stream().map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
        assertEquals(Set.of("dev.proconsul.rpc.structs"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
    }
}
