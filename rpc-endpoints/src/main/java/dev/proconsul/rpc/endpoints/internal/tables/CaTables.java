package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.CAConfiguration;
import dev.proconsul.rpc.structs.CAConsulProviderState;
import dev.proconsul.rpc.structs.CARoot;

/// The certificate authority of the mesh.
public final class CaTables {
    /// Root certificates, by id.
    public static final Index<CARoot> ROOTS_BY_ID = Index.of("connect-ca-roots by id", row -> Keys.of(row.id()));
    /// Root certificates.
    public static final Table<CARoot> ROOTS = Table.of("connect-ca-roots", ROOTS_BY_ID);
    /// The one row with the settings.
    public static final Index<CAConfiguration> CONFIG_BY_NOTHING =
            Index.of("connect-ca-config", _ -> Keys.of("config"));
    /// The settings.
    public static final Table<CAConfiguration> CONFIG = Table.of("connect-ca-config", CONFIG_BY_NOTHING);
    /// What the built-in authority keeps, by id.
    public static final Index<CAConsulProviderState> PROVIDER_BY_ID =
            Index.of("connect-ca-builtin by id", row -> Keys.of(row.id()));
    /// What the built-in authority keeps.
    public static final Table<CAConsulProviderState> PROVIDER = Table.of("connect-ca-builtin", PROVIDER_BY_ID);
    /// Index entry that counts leaf certificates.
    public static final String LEAVES = "connect-ca-leaf-certs";

    private CaTables() {}
}
