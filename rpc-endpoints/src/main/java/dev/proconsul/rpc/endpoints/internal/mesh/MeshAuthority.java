package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.CertificateSigner;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.commands.MeshCommands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.CaConfigTable;
import dev.proconsul.rpc.endpoints.internal.tables.CaProviderTable;
import dev.proconsul.rpc.endpoints.internal.tables.CaRootTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.structs.CAConfiguration;
import dev.proconsul.rpc.structs.CAConsulProviderState;
import dev.proconsul.rpc.structs.CARequest;
import dev.proconsul.rpc.structs.CARoot;
import dev.proconsul.rpc.structs.WireTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The built-in authority of the mesh: its certificate, key and settings in the replicated state.
///
/// It comes into being when somebody first asks for it, so that a server without a mesh neither makes a key nor loads
/// what makes certificates.
///
/// Threads: any.
///
/// Source: Consul `agent/consul/leader_connect_ca.go`, `agent/connect/ca/provider_consul.go`.
public final class MeshAuthority {
    static final String PROVIDER = "consul";
    private static final String NAME = "Consul CA Root Cert";

    private final Host host;
    private final ReentrantLock change = new ReentrantLock();

    /// Makes it for a server.
    /// @param host what it runs in
    public MeshAuthority(Host host) {
        this.host = host;
    }

    /// Makes sure that there is an authority. Only a leader makes one; the others wait for it to come with the state.
    void ensure() throws RpcException, InterruptedException {
        if (active(host.store().current()).isPresent() || !host.consensus().isLeader()) {
            return;
        }
        change.lockInterruptibly();
        try {
            if (active(host.store().current()).isEmpty()) {
                signer();
                var config = ensureConfig();
                install(config, CaSettings.of(config.config()));
            }
        } finally {
            change.unlock();
        }
    }

    /// Makes sure that there are settings, and with them a trust domain; gives them.
    CAConfiguration ensureConfig() throws RpcException, InterruptedException {
        change.lockInterruptibly();
        try {
            if (config(host.store().current()).isEmpty()) {
                write(CARequest.ZERO.withOp("set-config").withConfig(CAConfiguration.ZERO
                        .withClusterID(host.chance().uuid()).withProvider(PROVIDER).withConfig(CaSettings.DEFAULTS)));
            }
            return config(host.store().current())
                    .orElseThrow(() -> new RpcException("CA has not finished initializing"));
        } finally {
            change.unlock();
        }
    }

    static Optional<CAConfiguration> config(Reader state) {
        return Optional.ofNullable(state.get(CaConfigTable.ONLY, Keys.NONE));
    }

    static Optional<CARoot> active(Reader state) {
        return Rows.list(state.all(CaRootTable.TABLE)).stream().filter(CARoot::active).findFirst();
    }

    static String trustDomain(CAConfiguration config) {
        return config.clusterID() + ".consul";
    }

    /// {@return who signs now}
    CertificateSigner.Authority authority(Reader state) throws RpcException {
        var root = active(state);
        var kept = root.map(r -> state.get(CaProviderTable.BY_ID, Keys.of(r.id())));
        return kept.map(k -> new CertificateSigner.Authority(k.rootCert(), k.privateKey()))
                .orElseThrow(() -> new RpcException("CA has not finished initializing"));
    }

    CertificateSigner signer() throws RpcException {
        return host.connect().signer().orElseThrow(() -> new RpcException(
                "could not initialize provider: this server has nothing that makes certificates"));
    }

    /// Makes other settings hold. A root of one's own, or a key of one's own making, takes the place of the present
    /// one, which stays trusted.
    void configure(CAConfiguration wanted) throws RpcException, InterruptedException {
        ensure();
        change.lockInterruptibly();
        try {
            var present = config(host.store().current()).orElse(CAConfiguration.ZERO);
            var config = wanted.withClusterID(present.clusterID());
            if (isSame(present, config)) {
                return;
            }
            Mesh.unless(config.provider().equals(PROVIDER),
                    "could not initialize provider: unknown CA provider \"" + config.provider() + "\"");
            Mesh.unless(config.state().isEmpty(), "CA Provider State is read-only");
            var settings = settings(config);
            if (rotates(present, settings)) {
                Mesh.unless(config.forceWithoutCrossSigning(), "The current CA Provider does not support cross-signing."
                        + " You can try again with ForceWithoutCrossSigning set, but until all proxies know the new"
                        + " root, their connections fail.");
                write(CARequest.ZERO.withOp("set-config").withConfig(config));
                install(config, settings);
            } else {
                Mesh.unless(write(CARequest.ZERO.withOp("set-config").withConfig(config)),
                        "error persisting CA configuration: it has changed meanwhile");
            }
        } finally {
            change.unlock();
        }
    }

    private static CaSettings settings(CAConfiguration config) throws RpcException {
        try {
            return CaSettings.of(config.config());
        } catch (RpcException e) {
            throw new RpcException("error configuring provider: " + e.getMessage(), e);
        }
    }

    private static boolean isSame(CAConfiguration a, CAConfiguration b) {
        return a.provider().equals(b.provider()) && a.config().equals(b.config())
                && Objects.equals(a.clusterID(), b.clusterID());
    }

    private boolean rotates(CAConfiguration present, CaSettings wanted) throws RpcException {
        var before = CaSettings.of(present.config());
        return !before.certificate().equals(wanted.certificate()) || !before.key().equals(wanted.key());
    }

    /// Makes or takes a root, and lets it sign from now on.
    private void install(CAConfiguration config, CaSettings settings) throws RpcException, InterruptedException {
        var authority = settings.certificate().isEmpty()
                ? signer().create(config.clusterID(), settings.rootTtl(), host.time().instant())
                : new CertificateSigner.Authority(settings.certificate(), settings.key());
        var root = root(authority, config);
        write(CARequest.ZERO.withOp("set-provider-state").withProviderState(CAConsulProviderState.ZERO
                .withId(root.id()).withPrivateKey(authority.key()).withRootCert(authority.certificate())));
        var state = host.store().current();
        List<CARoot> roots = new ArrayList<>();
        for (var old : state.all(CaRootTable.TABLE)) {
            if (!old.id().equals(root.id())) {
                roots.add(old.active() ? old.withActive(false).withRotatedOutAt(WireTime.of(host.time().instant()))
                        : old);
            }
        }
        roots.add(root);
        var request = CARequest.ZERO.withOp("set-roots").withRoots(roots).withIndex(state.entry(CaRootTable.TABLE));
        Mesh.unless(write(request),
                "error persisting new root CA: the roots have changed meanwhile");
    }

    private CARoot root(CertificateSigner.Authority authority, CAConfiguration config) throws RpcException {
        var about = signer().describe(authority);
        return CARoot.ZERO.withId(about.fingerprint()).withName(NAME).withSerialNumber(about.serial())
                .withSigningKeyID(about.keyId()).withExternalTrustDomain(config.clusterID())
                .withNotBefore(WireTime.of(about.notBefore())).withNotAfter(WireTime.of(about.notAfter()))
                .withRootCert(authority.certificate()).withActive(true)
                .withPrivateKeyType(about.keyType()).withPrivateKeyBits(about.keyBits());
    }

    private boolean write(CARequest request) throws RpcException, InterruptedException {
        return host.apply(MeshCommands.CA, request.withDatacenter(host.datacenter())) instanceof Boolean done && done;
    }
}
