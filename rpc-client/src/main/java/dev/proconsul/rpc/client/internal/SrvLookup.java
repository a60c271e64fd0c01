package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.DnsServers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/// SRV records by the JDK's resolver. Each question waits 1 s for its answer, then 2 s, then 4 s.
///
/// Where a name server is given, it is asked for the addresses as well, because the system's may not know them;
/// otherwise names stay names, and are looked up at each dial.
///
/// @param nameServer which to ask; empty for the system's
public record SrvLookup(Optional<InetSocketAddress> nameServer) implements DnsServers.Lookup {
    private static final int FIELDS = 4;

    /// One record.
    private record Srv(int priority, int port, String target) {}

    @Override
    public Map<String, String> servers(String name) throws IOException {
        try {
            var context = context();
            try {
                return addresses(context, records(context, name));
            } finally {
                context.close();
            }
        } catch (NameNotFoundException e) {
            throw new IOException("the name " + name + " does not exist", e);
        } catch (NamingException e) {
            throw new IOException("the look-up of " + name + " failed: " + e.getMessage(), e);
        }
    }

    private DirContext context() throws NamingException {
        var settings = new Hashtable<String, String>();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        settings.put(Context.PROVIDER_URL, nameServer.map(server -> "dns://" + Address.text(server)).orElse("dns:"));
        settings.put("com.sun.jndi.dns.timeout.initial", "1000");
        settings.put("com.sun.jndi.dns.timeout.retries", "3");
        return new InitialDirContext(settings);
    }

    private static List<Srv> records(DirContext context, String name) throws NamingException, IOException {
        var records = new ArrayList<Srv>();
        for (var text : values(context, name, "SRV")) {
            var fields = text.split(" ");
            if (fields.length != FIELDS || fields[3].equals(".")) {
                continue; // a single dot: the service is decidedly not there
            }
            records.add(new Srv(number(fields[0]), number(fields[2]), fields[3].replaceFirst("\\.$", "")));
        }
        if (records.isEmpty()) {
            throw new IOException("the name " + name + " has no SRV records");
        }
        records.sort(Comparator.comparingInt(Srv::priority)); // stable
        return records;
    }

    private static int number(String digits) throws IOException {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IOException("an SRV record has '" + digits + "' where a number must be", e);
        }
    }

    private Map<String, String> addresses(DirContext context, List<Srv> records) throws NamingException {
        var servers = new LinkedHashMap<String, String>();
        for (var record : records) {
            var host = record.target();
            if (nameServer.isPresent()) {
                var found = new ArrayList<>(values(context, record.target(), "A"));
                found.addAll(values(context, record.target(), "AAAA"));
                host = found.isEmpty() ? host : found.getFirst();
            }
            servers.putIfAbsent(record.target(),
                    Address.text(InetSocketAddress.createUnresolved(host, record.port())));
        }
        return servers;
    }

    private static List<String> values(DirContext context, String name, String type) throws NamingException {
        var attribute = context.getAttributes(name, new String[] {type}).get(type);
        if (attribute == null) {
            return List.of();
        }
        var values = new String[attribute.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = String.valueOf(attribute.get(i));
        }
        return Arrays.asList(values);
    }
}
