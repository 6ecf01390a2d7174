package io.pitlane.gateway.security;

/** What a client may do. */
enum Permission {
    NOTHING,
    /** Read everything, and change nothing. */
    READ,
    /** Read and change everything: the role of an operator. */
    OPERATE
}
