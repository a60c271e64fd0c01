import java.util.Locale;
import java.util.Set;

/// Java names for Go names.
final class Names {
    private static final Set<String> TAKEN = Set.of("default", "native", "package", "switch", "case", "public", "class",
            "interface", "import", "hashCode", "toString", "wait", "notify");

    private Names() {}

    /// `SessionID` becomes `sessionID`, `TLSServerName` becomes `tlsServerName`, `ID` becomes `id`.
    static String component(String go) {
        int capitals = 0;
        while (capitals < go.length() && !Character.isLowerCase(go.charAt(capitals))) {
            capitals++;
        }
        int lowered = capitals == go.length() || capitals <= 1 ? capitals : capitals - 1;
        String name = go.substring(0, lowered).toLowerCase(Locale.ROOT) + go.substring(lowered);
        return TAKEN.contains(name) ? name + "Value" : name;
    }

    /// `ListKeys` becomes `LIST_KEYS`, `ServiceVIPs` becomes `SERVICE_VIPS`.
    static String constant(String go) {
        return go.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s$)[a-z])", "_").toUpperCase(Locale.ROOT);
    }

    static String capitalized(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }
}
