/// The commands of the log: what each does to the tables.
///
/// [dev.proconsul.rpc.endpoints.internal.commands.Commands] has them all. They look at the state and at the command
/// only, never at a clock or at chance, so that all servers come to the same state.
///
/// Source: Consul `agent/consul/fsm` and `agent/consul/state`.
package dev.proconsul.rpc.endpoints.internal.commands;
