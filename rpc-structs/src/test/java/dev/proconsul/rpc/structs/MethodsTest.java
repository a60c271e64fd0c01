package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.ModuleDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        "Session.Renew,        SessionSpecificRequest, IndexedSessions,   READ,  false, WRITE",
        "Catalog.Register, RegisterRequest, Empty, WRITE, false, WRITE",
        "Catalog.Deregister, DeregisterRequest, Empty, WRITE, false, WRITE",
        "Catalog.ListDatacenters, DatacentersRequest, ListOf[element=STRING], READ, false, READ",
        "Catalog.ListNodes, DCSpecificRequest, IndexedNodes, READ, true, READ",
        "Catalog.ListServices, DCSpecificRequest, IndexedServices, READ, true, READ",
        "Catalog.ServiceList, DCSpecificRequest, IndexedServiceList, READ, true, READ",
        "Catalog.ServiceNodes, ServiceSpecificRequest, IndexedServiceNodes, READ, true, READ",
        "Catalog.NodeServices, NodeSpecificRequest, IndexedNodeServices, READ, true, READ",
        "Catalog.NodeServiceList, NodeSpecificRequest, IndexedNodeServiceList, READ, true, READ",
        "Catalog.GatewayServices, ServiceSpecificRequest, IndexedGatewayServices, READ, true, READ",
        "Catalog.VirtualIPForService, ServiceSpecificRequest, STRING, READ, false, READ",
        "Health.ChecksInState, ChecksInStateRequest, IndexedHealthChecks, READ, true, READ",
        "Health.NodeChecks, NodeSpecificRequest, IndexedHealthChecks, READ, true, READ",
        "Health.ServiceChecks, ServiceSpecificRequest, IndexedHealthChecks, READ, true, READ",
        "Health.ServiceNodes, ServiceSpecificRequest, IndexedCheckServiceNodes, READ, true, READ",
        "Coordinate.Update, CoordinateUpdateRequest, Empty, WRITE, false, WRITE",
        "Coordinate.ListDatacenters, Empty, ListOf[element=DatacenterMap], READ, false, READ",
        "Coordinate.ListNodes, DCSpecificRequest, IndexedCoordinates, READ, true, READ",
        "Coordinate.Node, NodeSpecificRequest, IndexedCoordinates, READ, true, READ",
        "PreparedQuery.Apply, PreparedQueryRequest, STRING, WRITE, false, WRITE",
        "PreparedQuery.Get, PreparedQuerySpecificRequest, IndexedPreparedQueries, READ, true, READ",
        "PreparedQuery.List, DCSpecificRequest, IndexedPreparedQueries, READ, true, READ",
        "PreparedQuery.Explain, PreparedQueryExecuteRequest, PreparedQueryExplainResponse, READ, false, READ",
        "PreparedQuery.Execute, PreparedQueryExecuteRequest, PreparedQueryExecuteResponse, READ, false, READ",
        "PreparedQuery.ExecuteRemote, PreparedQueryExecuteRemoteRequest, PreparedQueryExecuteResponse, READ, false, READ",
        "Txn.Apply, TxnRequest, TxnResponse, WRITE, false, WRITE",
        "Txn.Read, TxnReadRequest, TxnReadResponse, READ, false, READ"})
    void everyMethodIsDescribed(String name, String request, String reply, Method.Access access, boolean blocking,
            Method.RateClass rate) {
        Method<?, ?> method = Methods.named(name).orElseThrow();

        assertEquals(request, method.request().shape().toString());
        assertEquals(reply, method.reply().shape().toString());
        assertEquals(List.of(access, blocking, rate), List.of(method.access(), method.blocking(), method.rate()));
        assertEquals(name.substring(0, name.indexOf('.')), method.service());
    }

    @Test
    void noMethodLacksARowAbove() {
        CsvSource rows = Stream.of(MethodsTest.class.getDeclaredMethods())
                .filter(method -> method.getName().equals("everyMethodIsDescribed")).findFirst().orElseThrow()
                .getAnnotation(CsvSource.class);

        assertEquals(Methods.all().stream().map(Method::name).collect(Collectors.toSet()),
                Stream.of(rows.value()).map(row -> row.substring(0, row.indexOf(','))).collect(Collectors.toSet()));
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
