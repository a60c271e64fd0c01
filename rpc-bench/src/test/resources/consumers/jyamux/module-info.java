module consumer {
    requires dev.proconsul.jyamux;

    provides java.util.concurrent.Callable with consumer.Consumer;
}
