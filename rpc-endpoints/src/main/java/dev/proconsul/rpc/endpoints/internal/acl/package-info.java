/// Who may do what.
package dev.proconsul.rpc.endpoints.internal.acl;
