package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.structs.APIGatewayConfigEntry;
import dev.proconsul.rpc.structs.BoundAPIGatewayConfigEntry;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.ExportedServicesConfigEntry;
import dev.proconsul.rpc.structs.FileSystemCertificateConfigEntry;
import dev.proconsul.rpc.structs.HTTPRouteConfigEntry;
import dev.proconsul.rpc.structs.IngressGatewayConfigEntry;
import dev.proconsul.rpc.structs.InlineCertificateConfigEntry;
import dev.proconsul.rpc.structs.JWTProviderConfigEntry;
import dev.proconsul.rpc.structs.MeshConfigEntry;
import dev.proconsul.rpc.structs.ProxyConfigEntry;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.SamenessGroupConfigEntry;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import dev.proconsul.rpc.structs.ServiceIntentionsConfigEntry;
import dev.proconsul.rpc.structs.ServiceResolverConfigEntry;
import dev.proconsul.rpc.structs.ServiceRouterConfigEntry;
import dev.proconsul.rpc.structs.ServiceSplitterConfigEntry;
import dev.proconsul.rpc.structs.TCPRouteConfigEntry;
import dev.proconsul.rpc.structs.TerminatingGatewayConfigEntry;
import dev.proconsul.rpc.structs.UnknownConfigEntry;

/// The parts that config entries of all kinds have.
public final class EntryParts {
    private EntryParts() {}

    /// {@return when an entry was made and changed; zero for a kind that this version does not know}
    /// @param entry any entry
    public static RaftIndex raftIndex(ConfigEntry entry) {
        return switch (entry) {
            case APIGatewayConfigEntry e -> e.raftIndex();
            case BoundAPIGatewayConfigEntry e -> e.raftIndex();
            case ExportedServicesConfigEntry e -> e.raftIndex();
            case FileSystemCertificateConfigEntry e -> e.raftIndex();
            case HTTPRouteConfigEntry e -> e.raftIndex();
            case IngressGatewayConfigEntry e -> e.raftIndex();
            case InlineCertificateConfigEntry e -> e.raftIndex();
            case JWTProviderConfigEntry e -> e.raftIndex();
            case MeshConfigEntry e -> e.raftIndex();
            case ProxyConfigEntry e -> e.raftIndex();
            case SamenessGroupConfigEntry e -> e.raftIndex();
            case ServiceConfigEntry e -> e.raftIndex();
            case ServiceIntentionsConfigEntry e -> e.raftIndex();
            case ServiceResolverConfigEntry e -> e.raftIndex();
            case ServiceRouterConfigEntry e -> e.raftIndex();
            case ServiceSplitterConfigEntry e -> e.raftIndex();
            case TCPRouteConfigEntry e -> e.raftIndex();
            case TerminatingGatewayConfigEntry e -> e.raftIndex();
            case UnknownConfigEntry e -> RaftIndex.ZERO;
        };
    }

    /// {@return an entry with other indexes; the same for a kind that this version does not know}
    /// @param entry any entry
    /// @param index when it was made and changed
    public static ConfigEntry withRaftIndex(ConfigEntry entry, RaftIndex index) {
        return switch (entry) {
            case APIGatewayConfigEntry e -> e.withRaftIndex(index);
            case BoundAPIGatewayConfigEntry e -> e.withRaftIndex(index);
            case ExportedServicesConfigEntry e -> e.withRaftIndex(index);
            case FileSystemCertificateConfigEntry e -> e.withRaftIndex(index);
            case HTTPRouteConfigEntry e -> e.withRaftIndex(index);
            case IngressGatewayConfigEntry e -> e.withRaftIndex(index);
            case InlineCertificateConfigEntry e -> e.withRaftIndex(index);
            case JWTProviderConfigEntry e -> e.withRaftIndex(index);
            case MeshConfigEntry e -> e.withRaftIndex(index);
            case ProxyConfigEntry e -> e.withRaftIndex(index);
            case SamenessGroupConfigEntry e -> e.withRaftIndex(index);
            case ServiceConfigEntry e -> e.withRaftIndex(index);
            case ServiceIntentionsConfigEntry e -> e.withRaftIndex(index);
            case ServiceResolverConfigEntry e -> e.withRaftIndex(index);
            case ServiceRouterConfigEntry e -> e.withRaftIndex(index);
            case ServiceSplitterConfigEntry e -> e.withRaftIndex(index);
            case TCPRouteConfigEntry e -> e.withRaftIndex(index);
            case TerminatingGatewayConfigEntry e -> e.withRaftIndex(index);
            case UnknownConfigEntry e -> e;
        };
    }

    /// {@return an entry with another hash; the same for a kind that this version does not know}
    /// @param entry any entry
    /// @param hash  of its content
    public static ConfigEntry withHash(ConfigEntry entry, long hash) {
        return switch (entry) {
            case APIGatewayConfigEntry e -> e.withHash(hash);
            case BoundAPIGatewayConfigEntry e -> e.withHash(hash);
            case ExportedServicesConfigEntry e -> e.withHash(hash);
            case FileSystemCertificateConfigEntry e -> e.withHash(hash);
            case HTTPRouteConfigEntry e -> e.withHash(hash);
            case IngressGatewayConfigEntry e -> e.withHash(hash);
            case InlineCertificateConfigEntry e -> e.withHash(hash);
            case JWTProviderConfigEntry e -> e.withHash(hash);
            case MeshConfigEntry e -> e.withHash(hash);
            case ProxyConfigEntry e -> e.withHash(hash);
            case SamenessGroupConfigEntry e -> e.withHash(hash);
            case ServiceConfigEntry e -> e.withHash(hash);
            case ServiceIntentionsConfigEntry e -> e.withHash(hash);
            case ServiceResolverConfigEntry e -> e.withHash(hash);
            case ServiceRouterConfigEntry e -> e.withHash(hash);
            case ServiceSplitterConfigEntry e -> e.withHash(hash);
            case TCPRouteConfigEntry e -> e.withHash(hash);
            case TerminatingGatewayConfigEntry e -> e.withHash(hash);
            case UnknownConfigEntry e -> e;
        };
    }

    /// {@return an entry whose own field says its kind, if it has that field}
    /// @param entry any entry
    public static ConfigEntry withKind(ConfigEntry entry) {
        return switch (entry) {
            case APIGatewayConfigEntry e -> e.withKind(e.kindName());
            case BoundAPIGatewayConfigEntry e -> e.withKind(e.kindName());
            case ExportedServicesConfigEntry e -> e;
            case FileSystemCertificateConfigEntry e -> e.withKind(e.kindName());
            case HTTPRouteConfigEntry e -> e.withKind(e.kindName());
            case IngressGatewayConfigEntry e -> e.withKind(e.kindName());
            case InlineCertificateConfigEntry e -> e.withKind(e.kindName());
            case JWTProviderConfigEntry e -> e.withKind(e.kindName());
            case MeshConfigEntry e -> e;
            case ProxyConfigEntry e -> e.withKind(e.kindName());
            case SamenessGroupConfigEntry e -> e;
            case ServiceConfigEntry e -> e.withKind(e.kindName());
            case ServiceIntentionsConfigEntry e -> e.withKind(e.kindName());
            case ServiceResolverConfigEntry e -> e.withKind(e.kindName());
            case ServiceRouterConfigEntry e -> e.withKind(e.kindName());
            case ServiceSplitterConfigEntry e -> e.withKind(e.kindName());
            case TCPRouteConfigEntry e -> e.withKind(e.kindName());
            case TerminatingGatewayConfigEntry e -> e.withKind(e.kindName());
            case UnknownConfigEntry e -> e;
        };
    }
}
