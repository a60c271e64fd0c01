/// Protocols, connections, the routing table, and the interfaces of consensus and membership.
package dev.proconsul.rpc.api;
