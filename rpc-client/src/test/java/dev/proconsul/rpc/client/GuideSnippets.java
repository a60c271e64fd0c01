package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.Status;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The code of `docs/client.md`, so that it compiles; [GuideTest] compares.
abstract class GuideSnippets {
    abstract void log(Object text);

    abstract void again();

    abstract void look();

    abstract void give(String text);

    void firstCall() throws Exception {
        try (var client = RpcClient.connect(ClientConfig.of("127.0.0.1:8300"))) {
            client.kv().put("config/a", "on".getBytes(StandardCharsets.UTF_8));
            client.kv().get("config/a").ifPresent(entry -> System.out.println(entry.value()));
        }
    }

    void anyMethod(RpcClient client) throws Exception {
        var nodes = client.call(Catalog.LIST_NODES, DCSpecificRequest.ZERO.withDatacenter("dc1")).nodes();
        log(nodes);
    }

    void servers() {
        var three = ClientConfig.of("10.0.0.1:8300", "10.0.0.2:8300", "10.0.0.3:8300");
        var byDns = new DnsServers(DnsServers.Config.of("consul.service.consul"));
        log(three);
        log(byDns);
    }

    void serf(ClientConfig config) throws Exception {
        var bySerf = ServerSource.serf(SerfConfig.lan("127.0.0.1:7373", "dc1"));
        try (var client = RpcClient.connect(config, Dialers.clearText(), bySerf)) {
            client.status().leader();
        }
    }

    void tls(ClientConfig config, Path ca) throws Exception {
        var tls = TlsConfigurator.load(TlsConfig.NONE.withAuthorities(PemSource.file(ca)).withVerification(false, true, true));
        var secure = RpcClient.connect(config.withDatacenter("dc1"), Dialers.byDatacenter(tls),
                ServerSource.fixed("dc1", config.servers()));
        secure.close();
    }

    void rate(ClientConfig config) {
        var careful = config.withRate(new CallRate(50, 200)); // 50 a second, 200 at once
        log(careful);
    }

    void futures(RpcClient client) {
        CompletableFuture<String> leader = client.callAsync(Status.LEADER, DCSpecificRequest.ZERO);
        leader.cancel(true);
    }

    void batch(RpcClient client, List<KVSRequest> writes) throws Exception {
        for (Outcome<Boolean> outcome : client.callAll(KVS.APPLY, writes)) {
            switch (outcome) {
                case Outcome.Reply<Boolean>(Boolean done) -> log(done);
                case Outcome.Failure<Boolean>(CallException cause) -> log(cause.getMessage());
            }
        }
    }

    void errors(RpcClient client, byte[] value) throws Exception {
        try {
            client.kv().put("config/a", value);
        } catch (CallException e) {
            switch (e) {
                case CallException.NotSent _ -> again(); // no server had the whole request
                case CallException.MaybeExecuted _ -> look(); // a server had it, and did not answer
                case CallException.Refused refused -> give(refused.getMessage()); // a server answered: no
            }
        }
    }
}
