/// The configuration language of ACL rules, and the same as JSON, read into one tree.
package dev.proconsul.rpc.endpoints.internal.hcl;
