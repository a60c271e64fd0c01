package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.CallContext;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.ConnectionHandler;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.EndpointTable.Lookup;
import dev.proconsul.rpc.endpoints.internal.BudgetedInput;
import dev.proconsul.rpc.endpoints.internal.MessageBudget;
import dev.proconsul.rpc.structs.DecodeException;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.ReadRequest;
import dev.proconsul.rpc.structs.RequestHeader;
import dev.proconsul.rpc.structs.ResponseHeader;
import java.io.EOFException;
import java.io.IOException;

/// Serves net/rpc over msgpack: reads a request, calls its method, writes the answer, reads the next.
///
/// ```
///   request  = header {Seq, ServiceMethod}          body, one value
///   answer   = header {Error, Seq, ServiceMethod}   body, one value; an empty map after an error
/// ```
///
/// | what happens | answer | then |
/// |---|---|---|
/// | end of input between requests | none | end |
/// | header that cannot be read | none | end |
/// | ill-formed name, unknown service or method | the error, after the body was read and dropped | end |
/// | body that cannot be read | the decoder's text | end |
/// | the method refuses | its text | next request |
/// | messages of all clients fill the memory set aside for them | none | end |
///
/// A call that another server is to answer is sent on as it came, and that server's reply is passed on as it comes
/// ([Dispatch]).
///
/// One object serves all connections. Requests of one connection are answered strictly one after the other, on the
/// thread that serves it; when the connection is aborted, that thread is interrupted.
///
/// Source: Go `net/rpc`, and Consul's fork of it.
public final class RpcConversation implements ConnectionHandler {
    /// A header is a method name and a number. Consul 2.0.4 allows 512 bytes; unknown keys get some room here.
    private static final DecodeLimits REQUEST_HEADER = new DecodeLimits(16, 4 << 10, 256, 8 << 10);

    private static final byte[] NOT_KEPT = new byte[0];

    private final EndpointTable endpoints;
    private final ConversationObserver observer;
    private final DecodeLimits limits;
    private final MessageBudget budget;

    /// Makes a handler with [DecodeLimits#DEFAULT] for request bodies.
    /// @param endpoints the methods
    /// @param observer  told what happens
    public RpcConversation(EndpointTable endpoints, ConversationObserver observer) {
        this(endpoints, observer, DecodeLimits.DEFAULT);
    }

    /// Makes a handler.
    /// @param endpoints the methods
    /// @param observer  told what happens
    /// @param limits    for request bodies
    public RpcConversation(EndpointTable endpoints, ConversationObserver observer, DecodeLimits limits) {
        this(endpoints, observer, limits, MessageBudget.ofHeap());
    }

    RpcConversation(
            EndpointTable endpoints, ConversationObserver observer, DecodeLimits limits, MessageBudget budget) {
        this.endpoints = endpoints;
        this.observer = observer;
        this.limits = limits;
        this.budget = budget;
    }

    @Override
    public void serve(Connection connection) throws IOException, InterruptedException {
        connection.onAbort(Thread.currentThread()::interrupt);
        new Talk(connection).run();
    }

    /// The talk on one connection.
    private final class Talk {
        private final Connection connection;
        private final CallContext context;
        private final BudgetedInput requests;
        private final MsgpackReader reader;
        private final MsgpackWriter writer = new MsgpackWriter();

        Talk(Connection connection) {
            this.connection = connection;
            this.context = CallContext.of(connection);
            this.requests = new BudgetedInput(connection.input(), budget);
            this.reader = new MsgpackReader(requests, limits);
        }

        void run() throws IOException, InterruptedException {
            try {
                boolean goOn = true;
                while (goOn && !reader.atEnd()) {
                    goOn = answer(readHeader());
                    requests.giveBack();
                }
            } catch (BrokenHeader e) {
                failed(textOf(e));
            } finally {
                requests.giveBack();
            }
        }

        private RequestHeader readHeader() throws IOException {
            try {
                reader.startMessage(REQUEST_HEADER);
                return RequestHeader.CODEC.decode(reader);
            } catch (EOFException e) {
                throw new BrokenHeader(textOf(e));
            } catch (DecodeException e) {
                throw new BrokenHeader("rpc: server cannot decode request: " + e.getMessage());
            }
        }

        /// {@return whether another request may follow}
        private boolean answer(RequestHeader header) throws IOException, InterruptedException {
            return switch (endpoints.find(header.serviceMethod())) {
                case Lookup.Found(Endpoint<?, ?> endpoint) -> call(header, endpoint);
                case Lookup.Missing(String error) -> {
                    dropBody();
                    refuse(header, error);
                    failed(error);
                    yield false;
                }
            };
        }

        /// The body is read before the error is sent, so that a peer which writes first and reads then is not stuck.
        private void dropBody() throws IOException {
            try {
                reader.startMessage(limits);
                reader.skipValue();
            } catch (EOFException | DecodeException e) {
                // Its own errors do not matter any more.
            }
        }

        private <Q, R> boolean call(RequestHeader header, Endpoint<Q, R> endpoint)
                throws IOException, InterruptedException {
            Q request;
            byte[] bytes = NOT_KEPT;
            try {
                reader.startMessage(limits);
                boolean keep = endpoint.dispatch().keepBytes();
                if (keep) {
                    reader.keep();
                }
                request = endpoint.method().request().decode(reader);
                if (keep) {
                    bytes = reader.kept();
                    requests.take(bytes.length);
                }
            } catch (EOFException | DecodeException e) {
                refuse(header, textOf(e));
                failed(textOf(e));
                return false;
            }
            if (request instanceof ReadRequest read && read.queryOptions().minQueryIndex() != 0) {
                connection.watchPeer(); // who has gone needs no answer, and the wait may be long
                reader.rest();
                writer.rest();
            }
            observer.begun(header.serviceMethod());
            long start = System.nanoTime();
            boolean errored = true;
            try {
                errored = !invoke(header, endpoint, request, bytes);
            } finally {
                observer.ended(header.serviceMethod(), System.nanoTime() - start, errored);
            }
            return true;
        }

        /// {@return whether the answer is a reply}
        private <Q, R> boolean invoke(RequestHeader header, Endpoint<Q, R> endpoint, Q request, byte[] bytes)
                throws IOException, InterruptedException {
            try {
                var elsewhere = endpoint.dispatch().elsewhere(request,
                        () -> bytes.length > 0 ? bytes : endpoint.encoded(request));
                if (elsewhere.isPresent()) {
                    passOn(header, elsewhere.get());
                } else {
                    reply(header, endpoint.method(), endpoint.handler().handle(request, context));
                }
                return true;
            } catch (RpcException e) {
                refuse(header, e.getMessage());
            } catch (RuntimeException | StackOverflowError fault) {
                observer.faulted(connection, header.serviceMethod(), fault);
                refuse(header, "internal error in " + header.serviceMethod() + ": " + fault);
            }
            return false;
        }

        private <R> void reply(RequestHeader header, Method<?, R> method, R reply) throws IOException {
            writer.reset();
            ResponseHeader.CODEC.encode(new ResponseHeader("", header.seq(), header.serviceMethod()), writer);
            method.reply().encode(reply, writer);
            send();
        }

        /// Another server's reply, as it came.
        private void passOn(RequestHeader header, byte[] reply) throws IOException {
            writer.reset();
            ResponseHeader.CODEC.encode(new ResponseHeader("", header.seq(), header.serviceMethod()), writer);
            writer.writeEncoded(reply);
            send();
        }

        private void refuse(RequestHeader header, String error) throws IOException {
            writer.reset();
            ResponseHeader.CODEC.encode(new ResponseHeader(error, header.seq(), header.serviceMethod()), writer);
            Empty.CODEC.encode(Empty.ZERO, writer);
            send();
        }

        /// Header and body leave in one write; a big buffer is given up before the wait for the next request.
        private void send() throws IOException {
            long size = writer.size();
            budget.take(size);
            try {
                writer.writeTo(connection.output());
            } finally {
                budget.giveBack(size);
                writer.reset();
            }
        }

        /// Go counts neither an orderly end nor anything that speaks of "closed" as an error; peers rely on neither.
        private void failed(String reason) {
            if (!reason.equals("EOF") && !reason.contains("closed")) {
                observer.failed(connection, reason);
            }
        }
    }

    private static String textOf(IOException e) {
        return String.valueOf(e.getMessage());
    }

    /// A header that cannot be read: the conversation ends without an answer.
    private static final class BrokenHeader extends IOException {
        private static final long serialVersionUID = 1;

        BrokenHeader(String message) {
            super(message);
        }
    }
}
