package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.transport.tls.CertificateAuthority;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Plan;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Subject;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Usage;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul tls`: an authority, and certificates that it signs; names and files are those of Consul's own command.
final class TlsCommand implements Command {
    private static final List<String> OF_CA =
            List.of("common-name", "name-constraint", "additional-name-constraint", "cluster-id");
    private static final List<String> OF_CERT = List.of("server", "client", "cli", "dc", "node", "additional-dnsname",
            "additional-ipaddress", "ca", "key");
    private static final int MOST_DAYS = 36_500;
    private static final int DAYS_OF_CA = 1825;
    private static final int DAYS_OF_CERT = 365;
    /// A file for each; more in one directory is a mistake.
    private static final int MOST_FILES = 10_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_*-]+(\\.[A-Za-z0-9_-]+)*");

    private final CommandSpec spec = CommandSpec.create().name("tls");
    private final InstantSource clock;

    TlsCommand(InstantSource clock) {
        this.clock = clock;
        Help.of(spec, "Make an authority for TLS, and certificates that it signs.",
                "'ca create' writes DOMAIN-agent-ca.pem and its key, 'cert create' the next free DC-server-DOMAIN-N.pem "
                        + "(or client, cli) and its key. Keys are ECDSA on P-256, in files that only their owner reads. "
                        + "Nothing is overwritten. Whoever has the key of the authority, or the certificate of a server, "
                        + "can become a server: leave neither where it is not needed.",
                "proconsul tls ca create",
                "proconsul tls cert create -server -dc dc1 -node n1",
                "proconsul tls cert create -client -days 90");
        Options.parameter(spec, "1", "ca|cert", "What to make.");
        Options.parameter(spec, "1", "create", "That it be made.");
        Options.text(spec, "domain", "NAME", "Domain of the names (default consul).");
        Options.text(spec, "days", "N", "Days of validity (default 1825 for ca, 365 for cert).");
        Options.text(spec, "dir", "DIR", "Directory for the files (default: the current one).");
        Options.text(spec, "common-name", "NAME", "ca: name of the authority (default Consul Agent CA and its number).");
        Options.flag(spec, "name-constraint", "ca: limit it to the domain and localhost.");
        Options.texts(spec, "additional-name-constraint", "NAME", "ca: one more domain within the limit; repeatable.");
        Options.text(spec, "cluster-id", "ID", "ca: identifier of the cluster, put into a URI.");
        Options.flag(spec, "server", "cert: for a server, valid as server.DC.DOMAIN.");
        Options.flag(spec, "client", "cert: for a client agent, valid as client.DC.DOMAIN.");
        Options.flag(spec, "cli", "cert: for a command line tool, valid as cli.DC.DOMAIN.");
        Options.text(spec, "dc", "DC", "cert: datacenter (default dc1).");
        Options.text(spec, "node", "NAME", "cert: name of the server, which makes it valid as NAME.server.DC.DOMAIN, too.");
        Options.texts(spec, "additional-dnsname", "NAME", "cert: one more DNS name; repeatable.");
        Options.texts(spec, "additional-ipaddress", "ADDR", "cert: one more IP address; repeatable.");
        Options.text(spec, "ca", "FILE", "cert: the authority (default DOMAIN-agent-ca.pem in -dir).");
        Options.text(spec, "key", "FILE", "cert: key of the authority (default DOMAIN-agent-ca-key.pem in -dir).");
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure {
        var what = args.matchedPositionalValue(0, "");
        var verb = args.matchedPositionalValue(1, "");
        if (!verb.equals("create")) {
            throw new UsageError("tls can make things: 'tls ca create' or 'tls cert create', not '" + verb + "'");
        }
        switch (what) {
            case "ca" -> makeAuthority(args, terminal);
            case "cert" -> makeCertificate(args, terminal);
            default -> throw new UsageError("tls makes a ca or a cert, not '" + what + "'");
        }
        terminal.checkWritten();
        return CommandLineTool.OK;
    }

    private void makeAuthority(ParseResult args, Terminal terminal) throws UsageError, CommandFailure {
        refuse(args, OF_CERT, "ca");
        var domain = name(args, "domain", "consul");
        var more = Options.texts(args, "additional-name-constraint");
        if (!more.isEmpty() && !Options.isSet(args, "name-constraint")) {
            throw new UsageError("-additional-name-constraint needs -name-constraint");
        }
        var permitted = Options.isSet(args, "name-constraint")
                ? Stream.concat(more.stream(), Stream.of(domain, "localhost")).toList() : List.<String>of();
        var plan = new Plan(Options.text(args, "common-name").orElse(""), days(args, DAYS_OF_CA), permitted,
                Options.text(args, "cluster-id").orElse(""));
        var certificate = directory(args).resolve(domain + "-agent-ca.pem");
        var key = directory(args).resolve(domain + "-agent-ca-key.pem");
        KeyFiles.requireNew(certificate);
        KeyFiles.requireNew(key);
        KeyFiles.write(CertificateAuthority.create(plan, clock.instant()).pem(), certificate, key);
        saved(terminal, certificate, key);
    }

    private void makeCertificate(ParseResult args, Terminal terminal) throws UsageError, CommandFailure {
        refuse(args, OF_CA, "cert");
        var usage = usage(args);
        var subject = subject(args, usage);
        var authority = authority(args);
        if (clock.instant().plus(subject.validity()).isAfter(authority.notAfter())) {
            terminal.err().println("note: the authority expires before this certificate, on " + authority.notAfter());
        }
        var stem = name(args, "dc", "dc1") + "-" + usage.name().toLowerCase() + "-" + name(args, "domain", "consul") + "-";
        var number = freeNumber(directory(args), stem);
        var certificate = directory(args).resolve(stem + number + ".pem");
        var key = directory(args).resolve(stem + number + "-key.pem");
        try {
            KeyFiles.write(authority.issue(subject, clock.instant()), certificate, key);
        } catch (IllegalArgumentException e) {
            throw new UsageError("-additional-ipaddress: " + e.getMessage());
        }
        saved(terminal, certificate, key);
    }

    private static Subject subject(ParseResult args, Usage usage) throws UsageError {
        var place = name(args, "dc", "dc1") + "." + name(args, "domain", "consul");
        var own = usage.name().toLowerCase() + "." + place;
        var names = new ArrayList<String>();
        for (var more : Options.texts(args, "additional-dnsname")) {
            names.add(checked("additional-dnsname", more));
        }
        if (Options.isGiven(args, "node")) {
            if (usage != Usage.SERVER) {
                throw new UsageError("-node is for -server only");
            }
            names.add(name(args, "node", "") + ".server." + place);
        }
        names.add(own);
        names.add("localhost");
        var addresses = new ArrayList<>(Options.texts(args, "additional-ipaddress"));
        if (usage != Usage.CLI) {
            addresses.add("127.0.0.1");
        }
        return new Subject(usage, own, names, addresses, days(args, DAYS_OF_CERT));
    }

    private static Usage usage(ParseResult args) throws UsageError {
        var chosen = Stream.of(Usage.values()).filter(usage -> Options.isSet(args, usage.name().toLowerCase())).toList();
        if (chosen.size() != 1) {
            throw new UsageError("cert create needs one of -server, -client and -cli, but has "
                    + (chosen.isEmpty() ? "none" : "several"));
        }
        return chosen.getFirst();
    }

    private static CertificateAuthority authority(ParseResult args) throws UsageError, CommandFailure {
        var stem = name(args, "domain", "consul") + "-agent-ca";
        var certificate = Options.text(args, "ca").orElse(directory(args).resolve(stem + ".pem").toString());
        var key = Options.text(args, "key").orElse(directory(args).resolve(stem + "-key.pem").toString());
        try {
            return CertificateAuthority.load(
                    new PemSource.Text(certificate, text(certificate)), new PemSource.Text(key, text(key)));
        } catch (TlsConfigException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private static String text(String file) throws UsageError {
        if (!Files.exists(Path.of(file))) {
            throw new UsageError("there is no file '" + file + "'; 'proconsul tls ca create' makes an authority, -ca and -key "
                    + "name another");
        }
        return TextFile.read(file);
    }

    private static int freeNumber(Path directory, String stem) throws CommandFailure {
        for (int number = 0; number < MOST_FILES; number++) {
            if (!Files.exists(directory.resolve(stem + number + ".pem"))
                    && !Files.exists(directory.resolve(stem + number + "-key.pem"))) {
                return number;
            }
        }
        throw new CommandFailure("there are " + MOST_FILES + " certificates " + stem + "N.pem already; use another "
                + "directory (-dir)");
    }

    private static void refuse(ParseResult args, List<String> options, String what) throws UsageError {
        for (var option : options) {
            if (Options.isGiven(args, option)) {
                throw new UsageError("-" + option + " is not for 'tls " + what + " create'");
            }
        }
    }

    private static Duration days(ParseResult args, int otherwise) throws UsageError {
        return Duration.ofDays(Options.number(args, "days", 1, MOST_DAYS).orElse(otherwise));
    }

    private static Path directory(ParseResult args) {
        return Path.of(Options.text(args, "dir").orElse(""));
    }

    private static String name(ParseResult args, String option, String otherwise) throws UsageError {
        return checked(option, Options.text(args, option).orElse(otherwise));
    }

    private static String checked(String option, String name) throws UsageError {
        if (!NAME.matcher(name).matches()) {
            throw Options.expected(option, name, "a name of letters, digits, '-', '_' and dots between");
        }
        return name;
    }

    private static void saved(Terminal terminal, Path certificate, Path key) {
        terminal.out().println("saved " + certificate);
        terminal.out().println("saved " + key);
    }
}
