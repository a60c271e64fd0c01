module consumer {
    requires dev.proconsul.rpc.transport.tls;

    provides java.util.concurrent.Callable with consumer.Consumer;
}
