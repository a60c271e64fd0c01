package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.CAConfiguration;
import dev.proconsul.rpc.structs.CARequest;
import dev.proconsul.rpc.structs.CARoot;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.ConnectCA;
import dev.proconsul.rpc.structs.IndexedCARoots;
import dev.proconsul.rpc.structs.IssuedCert;
import java.util.List;

/// The service `ConnectCA`: the certificate authority of the mesh.
public final class ConnectCaClient {
    private final Ask ask;

    ConnectCaClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public ConnectCaClient with(CallOptions options) {
        return new ConnectCaClient(ask.with(options));
    }

    /// {@return the root certificates of the mesh}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public IndexedCARoots roots() throws CallException, InterruptedException {
        return ask.read(ConnectCA.ROOTS, ask.here());
    }

    /// {@return a certificate for a service or an agent}
    /// @param request certificate signing request, as PEM
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public IssuedCert sign(String request) throws CallException, InterruptedException {
        return ask.call(ConnectCA.SIGN, signing(request));
    }

    /// {@return the certificate of the authority of another datacenter, as PEM}
    /// @param request certificate signing request, as PEM
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public String signIntermediate(String request) throws CallException, InterruptedException {
        return ask.call(ConnectCA.SIGN_INTERMEDIATE, signing(request));
    }

    /// {@return which authority the mesh uses, and how}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public CAConfiguration configuration() throws CallException, InterruptedException {
        return ask.call(ConnectCA.CONFIGURATION_GET, ask.here().apply(ask.query()));
    }

    /// Changes which authority the mesh uses, and how.
    ///
    /// @param configuration all settings
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void configure(CAConfiguration configuration) throws CallException, InterruptedException {
        ask.call(ConnectCA.CONFIGURATION_SET, CARequest.ZERO.withDatacenter(ask.datacenter()).withConfig(configuration)
                .withWriteRequest(ask.write()));
    }

    /// {@return a watch of the root certificates of the mesh, to be closed by the caller}
    public Watch<List<CARoot>> watchRoots() {
        return ask.watch(ConnectCA.ROOTS, ask.here(), IndexedCARoots::roots);
    }

    private CASignRequest signing(String request) {
        return new CASignRequest(ask.datacenter(), request, ask.write());
    }
}
