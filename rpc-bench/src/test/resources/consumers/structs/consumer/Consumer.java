package consumer;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.RequestHeader;
import java.util.concurrent.Callable;

/// Writes a call, and reads it as a server would.
public final class Consumer implements Callable<String> {
    /// For the service loader.
    public Consumer() {}

    @Override
    public String call() throws Exception {
        var method = KVS.APPLY;
        var out = new MsgpackWriter();
        RequestHeader.CODEC.encode(new RequestHeader(7, method.name()), out);
        method.request().encode(KVSRequest.ZERO.withDatacenter("dc1").withOp(KVOp.SET)
                .withDirEnt(DirEntry.ZERO.withKey("color").withValue(Bytes.ofUtf8("blue"))), out);

        var in = MsgpackReader.of(out.toByteArray(), DecodeLimits.DEFAULT);
        var header = RequestHeader.CODEC.decode(in);
        var request = method.request().decode(in);
        return header.serviceMethod() + " " + header.seq() + ": " + request.op().name() + " " + request.dirEnt().key()
                + " = " + request.dirEnt().value().toUtf8();
    }
}
