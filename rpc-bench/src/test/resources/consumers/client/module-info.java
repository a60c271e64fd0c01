module consumer {
    requires dev.proconsul.rpc.client;

    provides java.util.concurrent.Callable with consumer.Consumer;
}
