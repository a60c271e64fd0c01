/// Methods, conversations and the state that they read and change.
package dev.proconsul.rpc.endpoints;
