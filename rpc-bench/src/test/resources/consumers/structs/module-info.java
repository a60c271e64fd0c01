module consumer {
    requires dev.proconsul.rpc.structs;

    provides java.util.concurrent.Callable with consumer.Consumer;
}
