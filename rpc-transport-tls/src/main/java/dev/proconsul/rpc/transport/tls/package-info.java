/// Listening, dialing, and turning TLS away.
package dev.proconsul.rpc.transport.tls;
