package dev.proconsul.rpc.api;

import java.util.List;
import java.util.Set;

/// Who is there: the servers that this process knows, by datacenter.
public interface Membership {
    /// {@return the known servers of a datacenter, in no particular order; empty when the datacenter is not known}
    /// @param datacenter name of the datacenter
    List<ServerInfo> servers(String datacenter);

    /// {@return the datacenters of which a server is known, in no particular order}
    Set<String> datacenters();
}
