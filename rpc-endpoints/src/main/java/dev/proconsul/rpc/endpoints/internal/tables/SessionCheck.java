package dev.proconsul.rpc.endpoints.internal.tables;

/// A session ends when a check becomes critical.
///
/// @param node    node of the check
/// @param checkId the check
/// @param session the session
public record SessionCheck(String node, String checkId, String session) {}
