module consumer {
    requires dev.proconsul.rpc.api;
    requires dev.proconsul.rpc.endpoints;

    provides java.util.concurrent.Callable with consumer.Consumer;
}
