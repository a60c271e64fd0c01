package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.AutopilotConfig;
import dev.proconsul.rpc.structs.AutopilotHealthReply;
import dev.proconsul.rpc.structs.AutopilotSetConfigRequest;
import dev.proconsul.rpc.structs.AutopilotState;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Operator;
import dev.proconsul.rpc.structs.OperatorUsageRequest;
import dev.proconsul.rpc.structs.RaftConfigurationResponse;
import dev.proconsul.rpc.structs.RaftRemovePeerRequest;
import dev.proconsul.rpc.structs.ServiceUsage;
import java.util.Map;

/// The service `Operator`: the servers and their log.
public final class OperatorClient {
    private final Ask ask;

    OperatorClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public OperatorClient with(CallOptions options) {
        return new OperatorClient(ask.with(options));
    }

    /// {@return who takes part in the replicated log}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public RaftConfigurationResponse raftConfiguration() throws CallException, InterruptedException {
        return ask.call(Operator.RAFT_GET_CONFIGURATION, here());
    }

    /// Takes a server out of the replicated log, by identifier.
    ///
    /// @param id of the server
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void removePeer(String id) throws CallException, InterruptedException {
        ask.call(Operator.RAFT_REMOVE_PEER_BY_ID, peer().withId(id));
    }

    /// Takes a server out of the replicated log, by address.
    ///
    /// @param address of the server, `ip:port`
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void removePeerAt(String address) throws CallException, InterruptedException {
        ask.call(Operator.RAFT_REMOVE_PEER_BY_ADDRESS, peer().withAddress(address));
    }

    /// {@return how servers are looked after}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public AutopilotConfig autopilot() throws CallException, InterruptedException {
        return ask.call(Operator.AUTOPILOT_GET_CONFIGURATION, here());
    }

    /// Changes how servers are looked after.
    ///
    /// @param config all settings
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void setAutopilot(AutopilotConfig config) throws CallException, InterruptedException {
        set(config, false);
    }

    /// Changes how servers are looked after, if that is still as it was read.
    ///
    /// @param config all settings, with the modify index that was read
    /// @return whether it was changed
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public boolean compareAndSetAutopilot(AutopilotConfig config) throws CallException, InterruptedException {
        return set(config, true);
    }

    /// {@return what the leader knows of the servers}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public AutopilotState autopilotState() throws CallException, InterruptedException {
        return ask.call(Operator.AUTOPILOT_STATE, here());
    }

    /// {@return how the servers are}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public AutopilotHealthReply serverHealth() throws CallException, InterruptedException {
        return ask.call(Operator.SERVER_HEALTH, here());
    }

    /// {@return what is in use, by datacenter}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Map<String, ServiceUsage> usage() throws CallException, InterruptedException {
        return ask.read(Operator.USAGE, query -> new OperatorUsageRequest(ask.here().apply(query), false)).usage();
    }

    private DCSpecificRequest here() {
        return ask.here().apply(ask.query());
    }

    private RaftRemovePeerRequest peer() {
        return RaftRemovePeerRequest.ZERO.withDatacenter(ask.datacenter()).withWriteRequest(ask.write());
    }

    private boolean set(AutopilotConfig config, boolean cas) throws CallException, InterruptedException {
        var request = new AutopilotSetConfigRequest(ask.datacenter(), config, cas, ask.write());
        return ask.call(Operator.AUTOPILOT_SET_CONFIGURATION, request);
    }
}
