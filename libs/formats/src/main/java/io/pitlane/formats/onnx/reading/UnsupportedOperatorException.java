package io.pitlane.formats.onnx.reading;

/** Ends the conversion of one node; the message is the reason, as the end of a sentence. */
final class UnsupportedOperatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedOperatorException(String reason) {
        super(reason);
    }
}
