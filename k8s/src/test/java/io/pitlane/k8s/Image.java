package io.pitlane.k8s;

/**
 * The reference of a container image.
 *
 * @param repository its name, with the registry where there is one
 * @param version its tag, or its digest with the algorithm; empty where there is none
 */
record Image(String repository, String version) {
    /** Reserved by RFC 2606, so that no resolver knows it. */
    private static final String PLACEHOLDER = "registry.invalid/";

    static Image of(String reference) {
        var digest = reference.indexOf('@');
        if (digest >= 0) {
            return new Image(reference.substring(0, digest), reference.substring(digest + 1));
        }
        // A colon before the last slash is that of the registry's port.
        var tag = reference.indexOf(':', reference.lastIndexOf('/') + 1);
        return tag < 0
                ? new Image(reference, "")
                : new Image(reference.substring(0, tag), reference.substring(tag + 1));
    }

    /** Whether it is to be replaced before anything is applied. */
    boolean isPlaceholder() {
        return repository.startsWith(PLACEHOLDER);
    }

    /** Whether its first component is a host; otherwise the node's default registry is meant. */
    boolean hasRegistry() {
        return repository.matches("([\\w-]+[.:][^/]*|localhost)/.*");
    }

    /** Whether it names one build: a tag that moves does not. */
    boolean isPinned() {
        return !version.isEmpty() && !version.equals("latest");
    }
}
