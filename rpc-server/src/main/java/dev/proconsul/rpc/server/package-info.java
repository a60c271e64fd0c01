/// The assembled server.
package dev.proconsul.rpc.server;
