package dev.proconsul.rpc.bench.alloc;

import java.io.InputStream;
import java.io.OutputStream;

/// The caller's ends of lines whose other ends send everything back.
///
/// @param inputs  one for each line
/// @param outputs one for each line
/// @param close   ends all of it
record Lines(InputStream[] inputs, OutputStream[] outputs, Runnable close) {}
