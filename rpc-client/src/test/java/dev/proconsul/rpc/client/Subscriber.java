package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.Watch.Update;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;

/// Takes note of all it is told.
class Subscriber implements Flow.Subscriber<Update<String>> {
    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final long first;

    Subscriber(long first) {
        this.first = first;
    }

    Flow.Subscription subscription() {
        return subscription.join();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription.complete(given);
        if (first > 0) {
            given.request(first);
        }
    }

    @Override
    public void onNext(Update<String> item) {
        seen.add(item.value());
    }

    @Override
    public void onError(Throwable reason) {
        seen.add("error " + reason.getMessage());
    }

    @Override
    public void onComplete() {
        seen.add("complete");
    }
}
