/// Connecting, calling, watching.
package dev.proconsul.rpc.client;
