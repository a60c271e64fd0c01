package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsDialer;
import dev.proconsul.rpc.transport.tls.TlsDialer.Announce;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// The options of clients for TLS. An authority switches it on; then the server's certificate is always verified, and
/// so is its name.
final class ClientTls {
    private static final String CA_FILE = "ca-file";
    private static final String CERT_FILE = "cert-file";
    private static final String KEY_FILE = "key-file";
    private static final String SERVER_NAME = "tls-server-name";

    private ClientTls() {}

    static void declare(CommandSpec spec) {
        Options.text(spec, CA_FILE, "FILE", "Use TLS, and trust only servers whose certificate these authorities signed (PEM).");
        Options.text(spec, CERT_FILE, "FILE", "Certificate to show to a server that asks for one (PEM).");
        Options.text(spec, KEY_FILE, "FILE", "Private key of -cert-file (PEM).");
        Options.text(spec, SERVER_NAME, "NAME",
                "Name that the server's certificate must have (default: the host of -server).");
    }

    /// Makes sure that the options go together.
    static void check(ParseResult args, boolean alpn) throws UsageError {
        if (Options.isGiven(args, CA_FILE)) {
            return;
        }
        for (var option : List.of(CERT_FILE, KEY_FILE, SERVER_NAME)) {
            if (Options.isGiven(args, option)) {
                throw new UsageError("-" + option + " needs -ca-file, the authority to verify the server with");
            }
        }
        if (alpn) {
            throw new UsageError("-mode alpn needs TLS: -ca-file, and -cert-file and -key-file");
        }
    }

    static Dialer dialer(ParseResult args, boolean alpn) throws UsageError, CommandFailure {
        check(args, alpn);
        if (!Options.isGiven(args, CA_FILE)) {
            return new TcpDialer();
        }
        var tls = load(TlsConfig.NONE.withAuthorities(file(args, CA_FILE))
                .withCertificate(file(args, CERT_FILE), file(args, KEY_FILE)));
        var dialer = Options.text(args, SERVER_NAME).map(name -> TlsDialer.toName(tls, name))
                .orElseGet(() -> TlsDialer.toHost(tls));
        return alpn ? dialer.announcing(Announce.BY_ALPN) : dialer;
    }

    private static TlsConfigurator load(TlsConfig config) throws CommandFailure {
        try {
            return TlsConfigurator.load(config);
        } catch (TlsConfigException e) {
            // The same words as in a configuration file, but options have names of their own.
            throw new CommandFailure(String.valueOf(e.getMessage()).replace("key_file", "-key-file")
                    .replace("cert_file", "-cert-file"));
        }
    }

    private static PemSource file(ParseResult args, String option) {
        return Options.text(args, option).map(name -> PemSource.file(Path.of(name))).orElseGet(PemSource::none);
    }
}
