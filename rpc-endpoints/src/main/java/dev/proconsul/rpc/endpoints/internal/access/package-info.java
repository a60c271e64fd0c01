/// The service `ACL`, and what a leader does by itself for ACLs.
package dev.proconsul.rpc.endpoints.internal.access;
