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
        "PreparedQuery.ExecuteRemote, PreparedQueryExecuteRemoteRequest, PreparedQueryExecuteResponse, READ,"
            + " false, READ",
        "Txn.Apply, TxnRequest, TxnResponse, WRITE, false, WRITE",
        "Txn.Read, TxnReadRequest, TxnReadResponse, READ, false, READ",
        "ACL.BootstrapTokens, ACLInitialTokenBootstrapRequest, ACLToken, READ, false, READ",
        "ACL.TokenRead, ACLTokenGetRequest, ACLTokenResponse, READ, true, READ",
        "ACL.TokenSet, ACLTokenSetRequest, ACLToken, WRITE, false, WRITE",
        "ACL.TokenClone, ACLTokenSetRequest, ACLToken, WRITE, false, READ",
        "ACL.TokenDelete, ACLTokenDeleteRequest, STRING, WRITE, false, WRITE",
        "ACL.TokenList, ACLTokenListRequest, ACLTokenListResponse, READ, true, READ",
        "ACL.TokenBatchRead, ACLTokenBatchGetRequest, ACLTokenBatchResponse, READ, true, READ",
        "ACL.PolicyRead, ACLPolicyGetRequest, ACLPolicyResponse, READ, true, READ",
        "ACL.PolicySet, ACLPolicySetRequest, ACLPolicy, WRITE, false, WRITE",
        "ACL.PolicyDelete, ACLPolicyDeleteRequest, STRING, WRITE, false, WRITE",
        "ACL.PolicyList, ACLPolicyListRequest, ACLPolicyListResponse, READ, true, READ",
        "ACL.PolicyBatchRead, ACLPolicyBatchGetRequest, ACLPolicyBatchResponse, READ, true, READ",
        "ACL.PolicyResolve, ACLPolicyBatchGetRequest, ACLPolicyBatchResponse, READ, false, READ",
        "ACL.RoleRead, ACLRoleGetRequest, ACLRoleResponse, READ, true, READ",
        "ACL.RoleSet, ACLRoleSetRequest, ACLRole, WRITE, false, WRITE",
        "ACL.RoleDelete, ACLRoleDeleteRequest, STRING, WRITE, false, WRITE",
        "ACL.RoleList, ACLRoleListRequest, ACLRoleListResponse, READ, true, READ",
        "ACL.RoleBatchRead, ACLRoleBatchGetRequest, ACLRoleBatchResponse, READ, true, READ",
        "ACL.RoleResolve, ACLRoleBatchGetRequest, ACLRoleBatchResponse, READ, false, READ",
        "ACL.BindingRuleRead, ACLBindingRuleGetRequest, ACLBindingRuleResponse, READ, true, READ",
        "ACL.BindingRuleSet, ACLBindingRuleSetRequest, ACLBindingRule, WRITE, false, WRITE",
        "ACL.BindingRuleDelete, ACLBindingRuleDeleteRequest, BOOL, WRITE, false, WRITE",
        "ACL.BindingRuleList, ACLBindingRuleListRequest, ACLBindingRuleListResponse, READ, true, READ",
        "ACL.AuthMethodRead, ACLAuthMethodGetRequest, ACLAuthMethodResponse, READ, true, READ",
        "ACL.AuthMethodSet, ACLAuthMethodSetRequest, ACLAuthMethod, WRITE, false, WRITE",
        "ACL.AuthMethodDelete, ACLAuthMethodDeleteRequest, BOOL, WRITE, false, WRITE",
        "ACL.AuthMethodList, ACLAuthMethodListRequest, ACLAuthMethodListResponse, READ, true, READ",
        "ACL.Login, ACLLoginRequest, ACLToken, WRITE, false, WRITE",
        "ACL.Logout, ACLLogoutRequest, BOOL, WRITE, false, WRITE",
        "ACL.Authorize, RemoteACLAuthorizationRequest, ListOf[element=ACLAuthorizationResponse], READ, false, READ",
        "ACL.ReplicationStatus, DCSpecificRequest, ACLReplicationStatus, READ, false, READ",
        "ConnectCA.Roots, DCSpecificRequest, IndexedCARoots, READ, true, READ",
        "ConnectCA.Sign, CASignRequest, IssuedCert, WRITE, false, WRITE",
        "ConnectCA.ConfigurationGet, DCSpecificRequest, CAConfiguration, READ, false, READ",
        "ConnectCA.ConfigurationSet, CARequest, Pointer[value=Empty], WRITE, false, WRITE",
        "ConnectCA.SignIntermediate, CASignRequest, STRING, WRITE, false, WRITE",
        "AutoEncrypt.Sign, CASignRequest, SignedResponse, WRITE, false, WRITE",
        "AutoConfig.InitialConfiguration, BYTES, BYTES, READ, false, READ",
        "DiscoveryChain.Get, DiscoveryChainRequest, DiscoveryChainResponse, READ, true, READ",
        "ConfigEntry.Apply, ConfigEntryRequest, BOOL, WRITE, false, WRITE",
        "ConfigEntry.Delete, ConfigEntryRequest, ConfigEntryDeleteResponse, WRITE, false, WRITE",
        "ConfigEntry.Get, ConfigEntryQuery, ConfigEntryResponse, READ, true, READ",
        "ConfigEntry.List, ConfigEntryQuery, IndexedConfigEntries, READ, true, READ",
        "ConfigEntry.ListAll, ConfigEntryListAllRequest, IndexedGenericConfigEntries, READ, true, READ",
        "ConfigEntry.ResolveServiceConfig, ServiceConfigRequest, ServiceConfigResponse, READ, true, READ",
        "FederationState.Apply, FederationStateRequest, BOOL, WRITE, false, WRITE",
        "FederationState.Get, FederationStateQuery, FederationStateResponse, READ, true, READ",
        "FederationState.List, DCSpecificRequest, IndexedFederationStates, READ, true, READ",
        "FederationState.ListMeshGateways, DCSpecificRequest, DatacenterIndexedCheckServiceNodes, READ, true, READ",
        "Intention.Apply, IntentionRequest, STRING, WRITE, false, WRITE",
        "Intention.Get, IntentionQueryRequest, IndexedIntentions, READ, true, READ",
        "Intention.List, IntentionListRequest, IndexedIntentions, READ, true, READ",
        "Intention.Match, IntentionQueryRequest, IndexedIntentionMatches, READ, true, READ",
        "Intention.Check, IntentionQueryRequest, IntentionQueryCheckResponse, READ, false, READ",
        "Internal.NodeInfo, NodeSpecificRequest, IndexedNodeDump, READ, true, READ",
        "Internal.NodeDump, DCSpecificRequest, IndexedNodeDump, READ, true, READ",
        "Internal.ServiceDump, ServiceDumpRequest, IndexedNodesWithGateways, READ, true, READ",
        "Internal.CatalogOverview, DCSpecificRequest, CatalogSummary, READ, false, READ",
        "Internal.ServiceTopology, ServiceSpecificRequest, IndexedServiceTopology, READ, true, READ",
        "Internal.IntentionUpstreams, ServiceSpecificRequest, IndexedServiceList, READ, true, READ",
        "Internal.IntentionUpstreamsDestination, ServiceSpecificRequest, IndexedServiceList, READ, true, READ",
        "Internal.GatewayServiceDump, ServiceSpecificRequest, IndexedServiceDump, READ, true, READ",
        "Internal.ServiceGateways, ServiceSpecificRequest, IndexedCheckServiceNodes, READ, true, READ",
        "Internal.GatewayIntentions, IntentionQueryRequest, IndexedIntentions, READ, true, READ",
        "Internal.ExportedPeeredServices, DCSpecificRequest, IndexedExportedServiceList, READ, true, READ",
        "Internal.ExportedServicesForPeer, ServiceDumpRequest, IndexedServiceList, READ, true, READ",
        "Internal.PeeredUpstreams, PartitionSpecificRequest, IndexedPeeredServiceList, READ, true, READ",
        "Internal.AssignManualServiceVIPs, "
            + "AssignServiceManualVIPsRequest, AssignServiceManualVIPsResponse, READ, false, READ",
        "Internal.EventFire, EventFireRequest, EventFireResponse, READ, false, WRITE",
        "Internal.KeyringOperation, KeyringRequest, KeyringResponses, READ, false, READ",
        "Operator.RaftGetConfiguration, DCSpecificRequest, RaftConfigurationResponse, READ, false, EXEMPT",
        "Operator.RaftRemovePeerByAddress, RaftRemovePeerRequest, Empty, WRITE, false, EXEMPT",
        "Operator.RaftRemovePeerByID, RaftRemovePeerRequest, Empty, WRITE, false, EXEMPT",
        "Operator.AutopilotGetConfiguration, DCSpecificRequest, AutopilotConfig, READ, false, EXEMPT",
        "Operator.AutopilotSetConfiguration, AutopilotSetConfigRequest, BOOL, WRITE, false, EXEMPT",
        "Operator.AutopilotState, DCSpecificRequest, AutopilotState, READ, false, EXEMPT",
        "Operator.ServerHealth, DCSpecificRequest, AutopilotHealthReply, READ, false, EXEMPT",
        "Operator.Usage, OperatorUsageRequest, Usage, READ, true, READ"})
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
    void needsOnlyTheJdkAtRunTime() {
        ModuleDescriptor module = Methods.class.getModule().getDescriptor();

        assertEquals(Set.of("java.base"), module.requires().stream()
                .filter(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
        assertEquals(Set.of("dev.proconsul.rpc.structs", "dev.proconsul.rpc.structs.proto",
                        "dev.proconsul.rpc.structs.proto.configentry"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
    }
}
