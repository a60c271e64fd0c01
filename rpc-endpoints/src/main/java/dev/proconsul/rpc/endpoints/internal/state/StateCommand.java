package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.api.Command;

/// The commands that [StateStore] knows.
public sealed interface StateCommand extends Command permits KvsCommand, SessionCommand, TombstoneReapCommand {}
