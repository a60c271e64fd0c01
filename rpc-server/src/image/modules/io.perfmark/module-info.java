/// perfmark-api: does nothing unless somebody adds an implementation.
module io.perfmark {
    exports io.perfmark;
}
