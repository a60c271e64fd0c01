/// The services about the mesh: config entries, intentions, certificates, discovery chains, federation.
package dev.proconsul.rpc.endpoints.internal.mesh;
