/// The tables of the state: one class for each that says how its rows are found, and classes that read them.
///
/// The index rules, which say with what index a query is answered, stand with the reads. What changes rows is in
/// [dev.proconsul.rpc.endpoints.internal.commands].
///
/// Source: Consul `agent/consul/state`.
package dev.proconsul.rpc.endpoints.internal.tables;
