/// The replicated state in memory: versions that never change, one writer, and watches for those who wait.
///
/// Start with [dev.proconsul.rpc.endpoints.internal.state.StateStore].
package dev.proconsul.rpc.endpoints.internal.state;
