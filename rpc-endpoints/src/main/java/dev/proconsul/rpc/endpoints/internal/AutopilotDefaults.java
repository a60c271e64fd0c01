package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.AutopilotTable;
import dev.proconsul.rpc.structs.AutopilotConfig;
import dev.proconsul.rpc.structs.AutopilotSetConfigRequest;
import java.time.Duration;

/// Stores how servers are looked after, when the first leader begins.
///
/// Source: Consul `agent/consul/leader.go`, `getOrCreateAutopilotConfig`.
final class AutopilotDefaults implements Duty {
    static final AutopilotConfig DEFAULT = AutopilotConfig.ZERO.withCleanupDeadServers(true)
            .withLastContactThreshold(Duration.ofMillis(200)).withMaxTrailingLogs(250)
            .withServerStabilizationTime(Duration.ofSeconds(10));

    private static final System.Logger LOG = System.getLogger("agent.server");

    private final Host host;

    AutopilotDefaults(Host host) {
        this.host = host;
    }

    @Override
    public void lead() {
        if (host.store().current().get(AutopilotTable.ONLY, Keys.NONE) != null) {
            return;
        }
        try {
            host.apply(Commands.AUTOPILOT,
                    AutopilotSetConfigRequest.ZERO.withDatacenter(host.datacenter()).withConfig(DEFAULT));
        } catch (RpcException e) {
            LOG.log(WARNING, () -> "failed to store the autopilot configuration: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
    }

    @Override
    public void follow() {
        // What is stored stays.
    }
}
