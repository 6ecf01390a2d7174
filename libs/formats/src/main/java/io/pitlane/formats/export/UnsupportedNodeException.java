package io.pitlane.formats.export;

/** Ends the conversion of one node; the message is the reason of its {@link ExportObstacle}. */
public final class UnsupportedNodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnsupportedNodeException(String reason) {
        super(reason);
    }
}
