package io.pitlane.formats.onnx;

import io.pitlane.formats.export.ExportObstacle;

/** Ends the conversion of one node; the message is the reason of its {@link ExportObstacle}. */
final class UnsupportedNodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedNodeException(String reason) {
        super(reason);
    }
}
