package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.ERROR;

import dev.proconsul.rpc.api.Gossip;
import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.MemberEvent;
import dev.proconsul.rpc.api.Membership.Subscription;
import dev.proconsul.rpc.api.RpcException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps the catalog in step with the gossip while this server leads: at once when a member changes, and as a whole every
/// minute, for changes that were missed or could not be written.
///
/// Only names are kept of what has changed; what is written is what the gossip thinks at that moment. So a member that
/// comes and goes faster than the log takes entries costs one of them.
///
/// Threads: any; one task at a time does the work. Source: Consul `agent/consul/leader.go`, `leaderLoop`, `reconcile`.
final class CatalogReconciliation implements Duty {
    static final Duration INTERVAL = Duration.ofSeconds(60);
    /// When more members have changed, all are looked at. Source: Consul `agent/consul/server.go`, `serfEventChSize`.
    static final int MAX_CHANGED = 2048;
    private static final System.Logger LOG = System.getLogger("agent.server");

    private final Host host;
    private final CatalogMembers catalog;

    // Guarded by this.
    private final Set<String> changed = new LinkedHashSet<>();
    private boolean all;
    private boolean working;
    private boolean leading;
    private @Nullable Subscription subscription;
    private Time.@Nullable Timer next;

    CatalogReconciliation(Host host) {
        this.host = host;
        catalog = new CatalogMembers(host);
    }

    @Override
    public synchronized void lead() {
        if (host.gossip().lan().isPresent()) {
            leading = true;
            subscription = host.gossip().lan().get().watchMembers(this::changed);
            everything();
        }
    }

    @Override
    public synchronized void follow() {
        leading = false;
        changed.clear();
        all = false;
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
        if (next != null) {
            next.cancel();
            next = null;
        }
    }

    private synchronized void everything() {
        if (leading) {
            all = true;
            next = host.time().after(INTERVAL, this::everything);
            start();
        }
    }

    private synchronized void changed(MemberEvent event) {
        if (!leading || all) {
            return;
        }
        changed.add(event.member().name());
        if (changed.size() > MAX_CHANGED) {
            changed.clear();
            all = true;
        }
        start();
    }

    private synchronized void start() {
        if (!working) {
            working = true;
            host.time().after(Duration.ZERO, this::work);
        }
    }

    /// What to do next: names, or everything.
    private record Work(boolean all, List<String> names) {}

    private synchronized @Nullable Work take() {
        if (!leading || !all && changed.isEmpty()) {
            working = false;
            return null;
        }
        var work = new Work(all, List.copyOf(changed));
        all = false;
        changed.clear();
        return work;
    }

    private void work() {
        var pool = host.gossip().lan().orElseThrow();
        for (var work = take(); work != null; work = take()) {
            try {
                reconcile(pool, work);
            } catch (RuntimeException e) {
                LOG.log(ERROR, "the catalog could not be brought in step with the gossip by a fault of this server", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the server ends
                return;
            }
        }
    }

    private void reconcile(Gossip pool, Work work) throws InterruptedException {
        var seen = pool.members();
        if (seen.isEmpty()) {
            return; // nothing is known yet, which does not mean that nobody is there
        }
        var members = new HashMap<String, Member>();
        seen.get().forEach(member -> members.put(member.name(), member));
        var names = work.all() ? known(members) : work.names();
        for (var name : names) {
            if (!isLeading()) {
                return;
            }
            reconcile(name, members, work.all());
        }
    }

    /// Everybody whom either the gossip knows or the catalog has from the gossip.
    private Set<String> known(Map<String, Member> members) {
        var lowered = new HashSet<String>();
        members.keySet().forEach(name -> lowered.add(name.toLowerCase(Locale.ROOT)));
        var names = new LinkedHashSet<>(members.keySet());
        for (var node : catalog.nodesOfTheGossip()) {
            if (!lowered.contains(node.toLowerCase(Locale.ROOT))) {
                names.add(node);
            }
        }
        return names;
    }

    private void reconcile(String name, Map<String, Member> members, boolean round) throws InterruptedException {
        try {
            var member = members.get(name);
            if (member == null || round && catalog.isStranger(member)) {
                catalog.gone(name);
            } else {
                catalog.bringInStep(member);
            }
        } catch (RpcException e) {
            LOG.log(ERROR, () -> "failed to reconcile member: " + name + ": " + e.getMessage());
        }
    }

    private synchronized boolean isLeading() {
        return leading;
    }
}
