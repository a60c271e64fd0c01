package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.server.internal.cli.CommandLineTool;
import dev.proconsul.rpc.server.internal.cli.Terminal;

/// Entry point of the launcher `proconsul`.
public final class Main {
    /// One line for each message: time, level, logger, text. The first name is read by the JDK's own log printer, the
    /// second by `java.util.logging`, whichever is in the image.
    private static final String LOG_LINE = "%1$tFT%1$tT.%1$tL%1$tz [%4$s] %3$s: %5$s%6$s%n";

    private Main() {}

    /// Runs a command and ends the process with its exit code.
    /// @param args the command line
    public static void main(String[] args) {
        setDefault("jdk.system.logger.format", LOG_LINE);
        setDefault("java.util.logging.SimpleFormatter.format", LOG_LINE);
        // Consul takes any name that a client asks for, and so do we, for we choose nothing by it; the JDK would refuse
        // those with an underscore, which nodes may have. Read when the first TLS engine is made.
        setDefault("jdk.tls.server.disableExtensions", "server_name");
        int code = new CommandLineTool(new Terminal(System.in, System.out, System.err)).run(args);
        if (code != CommandLineTool.STILL_RUNNING) {
            System.exit(code);
        }
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
